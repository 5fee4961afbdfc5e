import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Tests of sources use the wasm in dist/, others all of it. */
export default function buildIfMissing() {
  const { status } = spawnSync(process.execPath, ['build.mjs', '--if-missing'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The build failed.')
}
