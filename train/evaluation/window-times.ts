import { pathToFileURL } from 'node:url'
import { loadModel, type Model } from 'undertone'

/** Milliseconds that a window takes. */
export interface WindowTime {
  least: number
  median: number
}

const warmUp = 10

/**
 * How long models take for one window in onnxruntime-web, on one thread: a window of each in turn,
 * so that whatever else the machine does slows all of them.
 * @param models folders with a `manifest.json`
 * @param window its features, `[frames, bins]`
 */
export async function windowTimes(
  models: readonly string[],
  { features, bins }: { features: Float32Array; bins: number },
  rounds: number,
): Promise<WindowTime[]> {
  const loaded: Model[] = []
  try {
    for (const folder of models)
      loaded.push(await loadModel({ model: pathToFileURL(folder), engine: 'ort' }))
    const times = loaded.map((): number[] => [])
    for (let round = -warmUp; round < rounds; round++) {
      for (const [i, { engine }] of loaded.entries()) {
        const start = performance.now()
        await engine.run(features, [1, features.length / bins, bins])
        if (round >= 0) times[i]!.push(performance.now() - start)
      }
    }
    return times.map((all) => {
      all.sort((a, b) => a - b)
      return { least: all[0]!, median: all[all.length >> 1]! }
    })
  } finally {
    for (const { engine } of loaded) await engine.dispose()
  }
}
