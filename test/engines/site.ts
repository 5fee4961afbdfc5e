import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { distFile } from '../fixtures/assets.ts'

/** The policy that pages which embed Undertone may have. */
export const strictPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

export interface Site {
  /** Of its page, which does nothing but keep `violations`. */
  url: string
  /** Paths that were asked for. */
  requests: string[]
  /** What pages, their workers and worklets did against their policy. */
  reports: string[]
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
}

const page: Record<string, string> = {
  '/': '<!doctype html><meta charset="utf-8"><title>Tests</title><script src="/watch.js"></script>',
  '/watch.js': `globalThis.violations = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      violations.push(violatedDirective + ': ' + blockedURI))`,
}

/**
 * Serves dist/ to this machine, every file under a policy.
 * @param files further ones, or others in the place of those, by their paths; `undefined`: not there
 */
export async function startSite(
  files: Record<string, string | Uint8Array | undefined> = {},
  policy = strictPolicy,
): Promise<Site> {
  const requests: string[] = []
  const reports: string[] = []
  const own = { ...page, ...files }
  const read = (path: string) => {
    if (path in own) return own[path]
    try {
      return readFileSync(distFile(path.slice(1)))
    } catch {
      return undefined
    }
  }
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/reports') {
      let text = ''
      for await (const chunk of request) text += chunk
      reports.push(text)
      return response.writeHead(204).end()
    }
    requests.push(pathname)
    const content = read(pathname)
    if (content === undefined) return response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': types[extname(pathname) || '.html'] ?? 'application/octet-stream',
      'content-security-policy': `${policy}; report-uri /reports`,
      'x-content-type-options': 'nosniff',
    })
    response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    reports,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
