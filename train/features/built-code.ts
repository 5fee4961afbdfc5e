import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = dirname(createRequire(import.meta.url).resolve('undertone/frontend'))

/** The front end that devices run. */
export const frontEndWasm = join(folder, 'undertone-frontend.wasm')

/** All of the package that features depend on: its parts are named by hashes of their content. */
export const builtCode = (): Promise<Buffer[]> =>
  Promise.all(
    [frontEndWasm, join(folder, 'frontend.node.js'), join(folder, 'audio.node.js')].map((path) =>
      readFile(path),
    ),
  )
