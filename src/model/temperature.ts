import type { Engine } from './engine.ts'
import type { ModelManifest } from './manifest.ts'

/**
 * An engine whose certainty is that of the manifest's temperature: of a window's probabilities p,
 * `softmax(log(p) / temperature)` (Guo et al. 2017, arXiv:1706.04599). No label takes another's place.
 */
export function calibrated(engine: Engine, manifest: ModelManifest): Engine {
  const { temperature = 1 } = manifest.calibration ?? {}
  if (temperature === 1) return engine
  const labels = manifest.labels.length
  return {
    name: engine.name,
    async run(features, shape) {
      const rows = await engine.run(features, shape)
      for (let at = 0; at < rows.length; at += labels) {
        soften(rows.subarray(at, at + labels), temperature)
      }
      return rows
    },
    dispose: () => engine.dispose(),
  }
}

function soften(scores: Float32Array, temperature: number) {
  const highest = Math.max(...scores)
  let sum = 0
  for (const [label, score] of scores.entries()) {
    const softened = (score / highest) ** (1 / temperature)
    scores[label] = softened
    sum += softened
  }
  for (const label of scores.keys()) scores[label] = (scores[label] as number) / sum
}
