import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aptInstall } from './apt-install.ts'
import type { Engine, EngineBrowser, EnginePage, PageOptions } from './engine.ts'

const driver = '/usr/bin/WebKitWebDriver'
export const display = '/usr/bin/Xvfb'

/** The browser that comes with the library: Debian has a folder for each architecture. */
function browser(): string | undefined {
  const folders = ['/usr/lib', '/usr/libexec'].flatMap((folder) => [
    folder,
    ...readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
      .map(({ name }) => join(folder, name)),
  ])
  return folders.map((folder) => join(folder, 'webkit2gtk-4.1/MiniBrowser')).find(existsSync)
}

/** WebKitGTK: the engine of every webview on iOS, spoken to in W3C WebDriver. */
export const webkit: Engine = {
  name: 'WebKit',
  advice: 'Debian: apt-get install webkit2gtk-driver xvfb',
  isThere: () => [driver, display, browser() ?? ''].every(existsSync),
  install: () => aptInstall('webkit2gtk-driver', 'xvfb'),
  start,
}

async function start(): Promise<EngineBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'undertone-webkit-'))
  const screen = await startDisplay()
  const port = await freePort()
  const service = spawn(driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: screen.name,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
    },
  })
  const close = async () => {
    await ended(service)
    await ended(screen.process)
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
  const ask = asker(`http://127.0.0.1:${port}`)
  try {
    await answering(ask, service)
  } catch (error) {
    await close()
    throw error
  }
  return { open: (url, options) => openPage(ask, url, options), close }
}

/** A session of its own for each page: each has an empty profile. */
async function openPage(ask: Ask, url: string, options: PageOptions = {}): Promise<EnginePage> {
  const { width = 1000, height = 800 } = options
  const { sessionId } = await ask<{ sessionId: string }>('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        browserName: 'MiniBrowser',
        timeouts: { script: 120_000, pageLoad: 60_000 },
        'webkitgtk:browserOptions': { binary: browser(), args: ['--automation'] },
      },
    },
  })
  const session = `/session/${sessionId}`
  await ask('POST', `${session}/window/rect`, { width, height })
  await ask('POST', `${session}/url`, { url })
  return {
    async run<Result>(body: string) {
      const script = `const told = arguments[arguments.length - 1];
        (async () => { ${body} })().then(
          (value) => told(JSON.stringify({ value })),
          (error) => told(JSON.stringify({ error: String(error?.stack ? error + '\\n' + error.stack : error) })),
        )`
      const said = await ask<string>('POST', `${session}/execute/async`, { script, args: [] })
      const { value, error } = JSON.parse(said) as { value: Result; error?: string }
      if (error !== undefined) throw new Error(error)
      return value
    },
    reload: () => ask('POST', `${session}/refresh`, {}),
    async screenshot() {
      return Buffer.from(await ask<string>('GET', `${session}/screenshot`), 'base64')
    },
    close: () => ask('DELETE', session),
  }
}

type Ask = ReturnType<typeof asker>

function asker(base: string) {
  return async <Value = void>(method: string, path: string, body?: unknown): Promise<Value> => {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: Value & { message?: string } }
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message}`)
    return value
  }
}

async function answering(ask: Ask, service: ChildProcess) {
  for (let tries = 0; service.exitCode === null && tries < 100; tries++) {
    try {
      return await ask('GET', '/status')
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error(`${driver} does not start.`)
}

/** Starts an X server without a screen, on a display number that it chooses. */
export async function startDisplay(): Promise<{ name: string; process: ChildProcess }> {
  const args = ['-displayfd', '3', '-screen', '0', '1400x1200x24', '-nolisten', 'tcp']
  const process = spawn(display, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = await new Promise<string>((resolve, reject) => {
    process.stdio[3]?.once('data', (data) => resolve(String(data).trim()))
    process.once('error', reject)
    process.once('exit', () => reject(new Error(`${display} does not start.`)))
  })
  return { name: `:${number}`, process }
}

export async function ended(process: ChildProcess) {
  if (process.exitCode !== null || process.signalCode !== null) return
  const exit = new Promise((resolve) => process.once('exit', resolve))
  process.kill()
  await exit
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
