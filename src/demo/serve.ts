/**
 * Serves dist/, or another folder, to this machine alone and says where the page is: `npm run demo`.
 * The port may be given as an argument; 0 takes any that is free.
 */
import { createReadStream, existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webmanifest': 'application/manifest+json',
}

/**
 * Serves a folder by HTTP to this machine alone.
 * @param port 0 for any that is free
 */
export async function serve(
  root: string,
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const base = resolve(root) + sep
  const server = createServer(async (request, response) => {
    const refuse = (status: number) => response.writeHead(status, { 'content-length': 0 }).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    let path: string
    try {
      path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    } catch {
      return refuse(400)
    }
    if (path === '/' && !existsSync(join(base, 'index.html'))) {
      return response.writeHead(302, { location: '/demo/' }).end()
    }
    const file = join(base, path.endsWith('/') ? `${path}index.html` : path)
    if (!file.startsWith(base) || path.includes('\0')) return refuse(404)
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile()) return refuse(404)
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': found.size,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    if (request.method === 'HEAD') return response.end()
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response)
  })
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', done)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}/${existsSync(join(base, 'index.html')) ? '' : 'demo/'}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , port = '8321', root = fileURLToPath(new URL('../../dist', import.meta.url))] =
    process.argv
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    console.error(`"${port}" is no port: give a number from 0 (any that is free) to 65535.`)
    process.exit(2)
  }
  try {
    const { url } = await serve(root, Number(port))
    console.log(`Undertone's page: ${url} (Ctrl+C ends it)`)
  } catch (error) {
    console.error(
      `Cannot serve: ${error instanceof Error ? error.message : error}. Try another port: npm run demo -- 0`,
    )
    process.exit(1)
  }
}
