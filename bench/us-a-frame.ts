/** The least of some runs in a row: the first ones find what others left in the caches. */
export function usAFrame(frames: number, run: () => unknown, ms = 5): number {
  let least = Infinity
  const end = performance.now() + ms
  do {
    const start = performance.now()
    run()
    least = Math.min(least, performance.now() - start)
  } while (performance.now() < end)
  return (least * 1000) / frames
}
