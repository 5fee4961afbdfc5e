import type { Kiosk } from './start-kiosk.ts'

/**
 * Has the service worker keep the page, and puts a new version in the place of an old one as soon
 * as nothing is listened to. A version is whole or not there at all: see `service-worker.ts`.
 */
export async function keepOffline(script: string, kiosk: Kiosk): Promise<void> {
  // None on plain http, and in some webviews: then the page is as good as its server.
  if (!navigator.serviceWorker) return
  const { serviceWorker } = navigator
  // The first to take over brings what is on the page already.
  let kept = serviceWorker.controller !== null
  let stale = false
  const reload = () => {
    if (stale && kiosk.idle) location.reload()
  }
  serviceWorker.addEventListener('controllerchange', () => {
    stale = kept
    kept = true
    reload()
  })
  let registration: ServiceWorkerRegistration
  try {
    registration = await serviceWorker.register(script, { updateViaCache: 'none' })
  } catch {
    // The server cannot be reached, or has no such file: what is kept goes on.
    return
  }
  const takeOver = () => {
    if (kiosk.idle) registration.waiting?.postMessage('take over')
  }
  kiosk.onIdle(() => {
    takeOver()
    reload()
  })
  takeOver()
  registration.addEventListener('updatefound', () => {
    const { installing } = registration
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') takeOver()
    })
  })
}
