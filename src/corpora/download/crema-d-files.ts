import { UndertoneError } from '../../error.ts'
import { fetchText } from './http.ts'
import type { Digest, DownloadOptions, RemoteFile } from './remote-file.ts'

const commit = '1658cd342dff90010aa843eaeebd53610a08b1dc'

/** Where the authors keep their repository, and the mirror that they name for its audio. */
export const cremaDPlaces = {
  raw: `https://raw.githubusercontent.com/CheyneyComputerScience/CREMA-D/${commit}`,
  media: `https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/${commit}`,
  mirror: 'https://gitlab.com/cs-cooper-lab/crema-d-mirror/-/raw/main',
}

/**
 * CREMA-D is kept in Git LFS, clip by clip: the repository has a pointer with the SHA-256 of each,
 * GitHub's media server and the mirror have the clips.
 * @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export async function listCremaD(
  options: DownloadOptions,
  { raw, media, mirror }: typeof cremaDPlaces = cremaDPlaces,
): Promise<RemoteFile[]> {
  const table = await fetchText(`${raw}/SentenceFilenames.csv`, options)
  return [...table.matchAll(/"(\d{4}_\w+)"/g)].map(([, name]) => {
    const path = `AudioWAV/${name}.wav`
    return {
      path,
      urls: [`${media}/${path}`, `${mirror}/${path}`],
      digest: () => readPointer(`${raw}/${path}`, options),
    }
  })
}

async function readPointer(url: string, options: DownloadOptions): Promise<Digest> {
  const pointer = await fetchText(url, options)
  const [, hex] = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer) ?? []
  if (hex) return { algorithm: 'sha256', hex }
  throw new UndertoneError(
    'download-corrupt',
    `${url} is not the pointer of Git LFS that it was: CREMA-D is published otherwise now. Clone https://github.com/CheyneyComputerScience/CREMA-D by hand.`,
  )
}
