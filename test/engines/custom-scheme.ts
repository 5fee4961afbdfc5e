import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { aptInstall } from './apt-install.ts'
import type { Engine } from './engine.ts'
import { display, ended, startDisplay } from './webkit.ts'

const program = fileURLToPath(new URL('custom-scheme.py', import.meta.url))
// Debian's own, which has Debian's bindings.
const python = '/usr/bin/python3'

export interface SchemePage {
  url: string
  /** What lies at the root of the URL's host. */
  folder: string
  /** The MIME type of each file name's ending. */
  types: Record<string, string>
  /** What the app hears when the page asks it to record: a file of 32-bit floats. */
  recording?: { samples: string; sampleRate: number }
}

/** WebKitGTK embedded in an app, which gives the page its files by a scheme of its own. */
export const customScheme: Pick<Engine, 'advice' | 'install'> & {
  name: string
  isThere(): boolean
  /**
   * Runs the body of an async function in a page, once that has loaded. `violations` are those of
   * the page's policy.
   * @returns what it returns, which has to be of JSON
   */
  run<Result>(page: SchemePage, body: string): Promise<Result>
} = {
  name: 'WebKit in an app',
  advice: 'Debian: apt-get install python3-gi gir1.2-webkit2-4.1 xvfb',
  isThere: () =>
    existsSync(display) &&
    spawnSync(python, ['-c', 'import gi; gi.require_version("WebKit2", "4.1")']).status === 0,
  install: () => aptInstall('python3-gi', 'gir1.2-webkit2-4.1', 'xvfb'),
  async run({ url, folder, types, recording }, body) {
    const screen = await startDisplay()
    try {
      const args = [program, url, folder, JSON.stringify(types), body]
      if (recording) args.push(recording.samples, String(recording.sampleRate))
      const env = { ...process.env, DISPLAY: screen.name, NO_AT_BRIDGE: '1', GDK_BACKEND: 'x11' }
      const { stdout, stderr } = await promisify(execFile)(python, args, { env })
      if (stdout === '') throw new Error(stderr)
      return JSON.parse(stdout)
    } finally {
      await ended(screen.process)
    }
  },
}
