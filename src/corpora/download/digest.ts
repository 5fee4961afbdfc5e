import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { UndertoneError } from '../../error.ts'
import type { Digest } from './remote-file.ts'

const names = { md5: 'MD5', sha256: 'SHA-256' }

/**
 * Compares a file with what its publisher says of it.
 * @throws {UndertoneError} `download-corrupt`
 */
export async function checkDigest(file: string, digest: Digest, url: string): Promise<void> {
  const hash = createHash(digest.algorithm)
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  const hex = hash.digest('hex')
  if (hex === digest.hex) return
  const name = names[digest.algorithm]
  throw new UndertoneError(
    'download-corrupt',
    `What came from ${url} is not what was published: its ${name} is ${hex}, not ${digest.hex}. It was removed. Give the same command again; if it comes out the same, the file there has changed.`,
  )
}
