import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ZipFile } from 'yazl'

/** How a server treats what it is asked for. */
export interface ServedFile {
  content: Uint8Array
  /** Whether it can send a part (default true). */
  ranges?: boolean
  etag?: string
  /** Breaks the connection after as many bytes of an answer; `Infinity` never. */
  breakAfter?: number
  /** Sends no more after as many bytes of an answer, and keeps the connection. */
  stallAfter?: number
  /** Says that as many bytes come. */
  promised?: number
  /** Answers this instead. */
  status?: number
  headers?: Record<string, string>
}

/** A server of files, on this machine alone, that can misbehave. */
export async function serveFiles(files: Record<string, ServedFile> = {}) {
  const requests: { path: string; range?: string }[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    const { range } = request.headers
    requests.push({ path, ...(range ? { range } : {}) })
    const file = files[path]
    if (file) answer(request, response, file)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, file: ServedFile): void {
  const { content, ranges = true, etag, status, headers = {} } = file
  const { breakAfter = Infinity, stallAfter = Infinity } = file
  if (status) {
    response.writeHead(status, headers).end()
    return
  }
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
  const condition = request.headers['if-range']
  const start = ranges && from && (!condition || condition === etag) ? Number(from) : undefined
  const common = { ...(etag ? { etag } : {}), ...headers }
  if (start !== undefined && start >= content.length) {
    response.writeHead(416, { ...common, 'content-range': `bytes */${content.length}` }).end()
    return
  }
  const rest = content.subarray(start ?? 0)
  response.writeHead(start === undefined ? 200 : 206, {
    ...common,
    'content-length': file.promised ?? rest.length,
    ...(start === undefined
      ? {}
      : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  })
  if (rest.length > stallAfter) response.write(rest.subarray(0, stallAfter))
  else if (rest.length <= breakAfter) response.end(rest)
  else {
    response.write(rest.subarray(0, breakAfter))
    // Late enough for what was sent to be read.
    setTimeout(() => response.destroy(), 30)
  }
}

/** A zip file, not compressed, so that its length follows from its content. */
export async function zipOf(files: Record<string, Uint8Array>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), path, { compress: false })
  }
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export const digestOf = <Algorithm extends 'md5' | 'sha256'>(
  algorithm: Algorithm,
  content: Uint8Array,
) => ({ algorithm, hex: createHash(algorithm).update(content).digest('hex') })
