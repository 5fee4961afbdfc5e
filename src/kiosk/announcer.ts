/** Milliseconds between two announcements: a screen reader must come to the end of one. */
const PAUSE = 4000

/**
 * Tells a screen reader what is new, not too often: of what comes in between, the last is told.
 * @param element a live region
 */
export function createAnnouncer(element: HTMLElement): (text: string) => void {
  let next = 0
  let waiting: string | undefined
  let told = ''
  const tell = () => {
    const text = waiting
    waiting = undefined
    if (text === undefined || text === told) return
    told = text
    element.textContent = text
    next = performance.now() + PAUSE
  }
  return (text) => {
    const scheduled = waiting !== undefined
    waiting = text
    if (!scheduled) setTimeout(tell, Math.max(0, next - performance.now()))
  }
}
