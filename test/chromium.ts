import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const playwrightNames = ['chrome', 'chrome-headless-shell', 'headless_shell']

/** Starts as root too, and asks for nothing by itself. */
export const chromiumArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]

let found: string | undefined

/**
 * Finds a Chromium that starts: the environment's CHROMIUM_PATH, else one on the PATH, else one in
 * Playwright's cache.
 * @returns its path, or nothing
 */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH
  if (chosen) return chosen
  found ??= candidates().find(starts)
  return found
}

function* onPath(): Generator<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) yield join(folder, name)
  }
}

function* inPlaywrightCache(): Generator<string> {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH || join(homedir(), '.cache', 'ms-playwright')
  if (!existsSync(cache)) return
  const installs = readdirSync(cache).filter((name) => name.startsWith('chromium'))
  for (const install of installs.sort().reverse()) {
    for (const folder of readdirSync(join(cache, install))) {
      for (const name of playwrightNames) yield join(cache, install, folder, name)
    }
  }
}

const candidates = () => [...onPath(), ...inPlaywrightCache()].filter(existsSync)

// Ubuntu's chromium-browser, without its snap, is there and does not start.
const starts = (path: string) =>
  spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0

/**
 * Gets a Chromium: Playwright's, or the distribution's where we may install it.
 * @returns its path, or nothing where neither could be had
 */
export function installChromium(): string | undefined {
  const attempts: [string, ...string[]][] = [
    ['npx', 'playwright-core', 'install', 'chromium-headless-shell'],
  ]
  if (process.getuid?.() === 0) {
    attempts.push(['apt-get', 'update', '-qq'], ['apt-get', 'install', '-qq', '-y', 'chromium'])
  }
  for (const [command, ...args] of attempts) {
    spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], timeout: 300_000 })
    const path = findChromium()
    if (path) return path
  }
  return undefined
}
