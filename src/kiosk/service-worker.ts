/**
 * Keeps a bundle for use without a network. Each version has a cache of its own, which is filled and
 * checked as a whole: if a file is missing or is not what it should be, the version before it stays.
 * @module
 */
export {}

/** Put before this by `undertone bundle`. */
declare const UNDERTONE_BUNDLE: {
  version: string
  /** SHA-256 of each file, as `integrity` takes it. */
  files: Record<string, string>
}
/** As much of a service worker's global scope as is used; TypeScript's DOM types leave it out. */
interface Scope {
  registration: { scope: string }
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  addEventListener(
    type: string,
    listener: (event: {
      request: Request
      data: unknown
      waitUntil(promise: Promise<unknown>): void
      respondWith(response: Promise<Response>): void
    }) => void,
  ): void
}
const worker = self as unknown as Scope

const { version, files } = UNDERTONE_BUNDLE
const prefix = `undertone ${worker.registration.scope} `
const name = prefix + version
const address = (path: string) => new URL(path, worker.registration.scope).href

worker.addEventListener('install', (event) => event.waitUntil(install()))
worker.addEventListener('activate', (event) => event.waitUntil(activate()))
worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting()
})
worker.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method === 'GET' && request.url.startsWith(worker.registration.scope)) {
    event.respondWith(answer(request))
  }
})

async function install() {
  const cache = await caches.open(name)
  try {
    await Promise.all(
      Object.entries(files).map(async ([path, integrity]) => {
        const url = address(path)
        const response = await fetch(url, { integrity, cache: 'no-cache' })
        if (!response.ok) throw new Error(`${url}: HTTP status ${response.status}`)
        // A page may not be answered with what came by a redirect.
        const { headers } = response
        await cache.put(
          url,
          response.redirected ? new Response(response.body, { headers }) : response,
        )
      }),
    )
  } catch (error) {
    await caches.delete(name)
    throw error
  }
}

async function activate() {
  const old = (await caches.keys()).filter((key) => key.startsWith(prefix) && key !== name)
  await Promise.all(old.map((key) => caches.delete(key)))
  await worker.clients.claim()
}

async function answer(request: Request): Promise<Response> {
  const url = request.url.replace(/[?#].*$/, '')
  const wanted = url === worker.registration.scope ? address('index.html') : url
  const cache = await caches.open(name)
  return (await cache.match(wanted)) ?? fetch(request)
}
