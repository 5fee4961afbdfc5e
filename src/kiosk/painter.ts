/** Milliseconds between pictures for who wants no motion. */
const CALM = 1000

/**
 * Draws when there is something new, at most once a frame of the screen; once a second for who has
 * asked for reduced motion.
 * @returns what asks for a picture
 */
export function createPainter(draw: () => void): () => void {
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let asked = false
  let last = -CALM
  return () => {
    if (asked) return
    asked = true
    const wait = calm.matches ? Math.max(0, last + CALM - performance.now()) : 0
    setTimeout(() => {
      requestAnimationFrame((now) => {
        asked = false
        last = now
        draw()
      })
    }, wait)
  }
}

/**
 * Keeps a canvas as sharp as the screen, whatever its size.
 * @param changed called when it has been emptied for a new size
 */
export function fitted(canvas: HTMLCanvasElement, changed: () => void): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser draws no canvas.')
  new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect()
    canvas.width = Math.max(1, Math.round(width * devicePixelRatio))
    canvas.height = Math.max(1, Math.round(height * devicePixelRatio))
    changed()
  }).observe(canvas)
  return context
}
