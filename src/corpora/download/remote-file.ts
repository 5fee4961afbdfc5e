/** A file as somebody publishes it. */
export interface RemoteFile {
  /** Where it goes, below the corpus's folder, with slashes. */
  path: string
  /** Where it is: the next is asked when one does not give it. */
  urls: readonly [string, ...string[]]
  /** What its publisher says of its content, or where to ask; absent where nothing is said. */
  digest?: Digest | (() => Promise<Digest>)
}

export interface Digest {
  algorithm: 'md5' | 'sha256'
  /** Lower-case hexadecimal. */
  hex: string
}

/** How every part of a download is asked to behave. */
export interface DownloadOptions {
  signal?: AbortSignal
  /** Milliseconds before the first repetition; each further one waits twice as long. */
  patience?: number
}
