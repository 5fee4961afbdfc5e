import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { UndertoneError } from '../../error.ts'
import type { Corpus } from '../clip.ts'
import { loadCorpus } from '../load-corpus.ts'
import { downloadFile } from './download-file.ts'
import { type Publication, publicationOf } from './publication.ts'
import type { DownloadOptions, RemoteFile } from './remote-file.ts'
import { unzip } from './unzip.ts'

/** Files that are downloaded at a time. */
const AT_ONCE = 6

export interface GetOptions extends DownloadOptions {
  /** The folder that the corpus gets; it may not hold anything else. */
  out: string
  /** Whether its terms (`publicationOf(name).terms`) were read and accepted. */
  acceptLicence: boolean
  /** A zip file of the corpus elsewhere: a mirror's, or the one that a registration gives. */
  from?: string
  onProgress?: (progress: GetProgress) => void
}

export interface GetProgress {
  step: 'downloading' | 'unpacking'
  unit: 'bytes' | 'files'
  done: number
  /** Absent where the server does not say it. */
  total?: number
}

export interface GotCorpus {
  /** With fewer clips than published when there were fewer. */
  corpus: Corpus
  /**
   * Whether all of it was compared with checksums that its authors publish; absent where it was
   * there before.
   */
  compared?: boolean
}

/**
 * Downloads a corpus from where its authors publish it, as they publish it. What comes lies in
 * `OUT.partial` until all is there and right; `OUT` is never half a corpus. After an interruption,
 * the same call goes on where it was.
 * @throws {UndertoneError} `corpus-unknown`, `licence-not-accepted`, `download-failed` (also for a
 *   corpus that has to be got by hand: the message says how), `download-corrupt` for content that is
 *   not what was published, `disk-full`, `corpus-invalid` when something else lies in `out`,
 *   `aborted`
 */
export function getCorpus(name: string, options: GetOptions): Promise<GotCorpus> {
  return getPublished(publicationOf(name), options)
}

export async function getPublished(
  publication: Publication,
  options: GetOptions,
): Promise<GotCorpus> {
  const { name, title, page, terms, publishedAs } = publication
  const source = options.from ? elsewhere(publication, options.from) : publication.source
  if (source.kind === 'by-hand') {
    throw new UndertoneError(
      'download-failed',
      `${title} cannot be downloaded just so. ${source.how}`,
    )
  }
  if (!options.acceptLicence) {
    throw new UndertoneError(
      'licence-not-accepted',
      `${title} is under ${terms.name} (${terms.url}): ${terms.summary}. Accept that first.`,
    )
  }
  const out = resolve(options.out)
  if (await hasFiles(out)) {
    const there = await loadCorpus(name, out).catch(() => undefined)
    if (there && there.found >= publishedAs) return { corpus: there }
    throw new UndertoneError(
      'corpus-invalid',
      `${out} holds ${there ? `${there.found} of the ${publishedAs} clips of ${title}` : 'other files'} already. Name another folder, or remove it.`,
    )
  }
  const partial = `${out}.partial`
  const files = join(partial, 'files')
  await mkdir(partial, { recursive: true }).catch((cause: Error) => {
    const why = `${partial} cannot be made: ${cause.message}. Name another folder.`
    throw new UndertoneError('corpus-invalid', why, { cause })
  })
  let compared: boolean
  try {
    const remote = source.kind === 'archive' ? [source.file] : await source.list(options)
    compared = remote.every(({ digest }) => digest)
    if (source.kind === 'archive') await getArchive(source.file, partial, files, options)
    else await getFiles(remote, files, options)
    await loadCorpus(name, files)
  } catch (error) {
    // Another corpus came: the next call must not find it.
    if (codeOf(error) === 'corpus-not-found') await rm(partial, { recursive: true })
    // Gone when nothing has come.
    await rmdir(partial).catch(() => {})
    throw withPage(error, page)
  }
  await rmdir(out).catch(() => {})
  await rename(files, out)
  await rm(partial, { recursive: true })
  return { corpus: await loadCorpus(name, out), compared }
}

/** A zip file of one's own choice has to be the published one, where that is one zip file. */
function elsewhere({ source }: Publication, from: string): Publication['source'] {
  const path = source.kind === 'archive' ? source.file.path : 'corpus.zip'
  const digest = source.kind === 'archive' ? source.file.digest : undefined
  return { kind: 'archive', file: { path, urls: [from], ...(digest ? { digest } : {}) } }
}

async function getArchive(
  file: RemoteFile,
  partial: string,
  files: string,
  options: GetOptions,
): Promise<void> {
  const { onProgress, signal } = options
  const archive = join(partial, basename(file.path))
  await downloadFile(file, archive, {
    ...options,
    onProgress: (done, total) =>
      onProgress?.({
        step: 'downloading',
        unit: 'bytes',
        done,
        ...(total === undefined ? {} : { total }),
      }),
  })
  // Of an earlier run, which may have ended anywhere.
  await rm(files, { recursive: true, force: true })
  let [done, total] = [0, 0]
  try {
    await unzip(archive, files, {
      ...(signal ? { signal } : {}),
      onTotal: (bytes) => {
        total = bytes
      },
      onBytes: (count) => {
        done += count
        onProgress?.({ step: 'unpacking', unit: 'bytes', done, total })
      },
    })
  } catch (error) {
    await rm(files, { recursive: true, force: true })
    // So that the next run does not find it again.
    if (codeOf(error) === 'download-corrupt') await rm(archive)
    throw error
  }
}

async function getFiles(
  published: readonly RemoteFile[],
  files: string,
  options: GetOptions,
): Promise<void> {
  const { onProgress, signal, patience } = options
  const outside = published.find(({ path }) => path.split(/[/\\]/).includes('..'))
  if (outside) {
    throw new UndertoneError('download-corrupt', `The list names ${outside.path}, outside of it.`)
  }
  const left = published.values()
  const total = published.length
  let done = 0
  const failed = new AbortController()
  const together: DownloadOptions = {
    signal: signal ? AbortSignal.any([signal, failed.signal]) : failed.signal,
    ...(patience === undefined ? {} : { patience }),
  }
  const work = async () => {
    for (const file of left) {
      if (failed.signal.aborted) return
      await downloadFile(file, join(files, file.path), together)
      onProgress?.({ step: 'downloading', unit: 'files', done: ++done, total })
    }
  }
  let failure: unknown
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      work().catch((error: unknown) => {
        // The first is why; the others only follow.
        failure ??= error
        failed.abort()
      }),
    ),
  )
  if (failure) throw failure
}

async function hasFiles(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw new UndertoneError('corpus-invalid', `${folder} is no folder that can be written to.`, {
      cause: error,
    })
  }
}

const codeOf = (error: unknown) => (error instanceof UndertoneError ? error.code : undefined)

/** A download that failed may go by hand. */
function withPage(error: unknown, page: string): unknown {
  const code = codeOf(error)
  if (code !== 'download-failed' && code !== 'corpus-not-found') return error
  return new UndertoneError(
    code,
    `${(error as UndertoneError).message} It is published at ${page}; a zip file elsewhere is taken with --from URL.`,
    { cause: error },
  )
}
