import type { ModelManifest } from 'undertone'
import type { Example } from '../features/example.ts'
import { silentFrame } from '../features/silent-frame.ts'
import { windowOf, windowStarts } from '../features/window.ts'

/**
 * The windows that the recognizer would cut clips into, for a quantiser to see. A model that takes
 * windows of any length sees their mean alone, and so this is what they are here.
 * @returns `[windows, frames, bins]`
 */
export function calibrationWindows(
  examples: readonly Example[],
  { frontEnd, window }: Pick<ModelManifest, 'frontEnd' | 'window'>,
): Float32Array {
  const silent = silentFrame(frontEnd)
  const seen = { window, pooled: window.atLeast !== undefined }
  const windows = examples.flatMap((example) =>
    windowStarts(example.frames, window).map((start) => windowOf(example, start, seen, silent)),
  )
  const size = windows[0]?.length ?? 0
  const all = new Float32Array(windows.length * size)
  windows.forEach((one, i) => {
    all.set(one, i * size)
  })
  return all
}
