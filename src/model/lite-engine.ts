import type { Network } from '../engine/index.ts'
import { UndertoneError } from '../error.ts'
import { binsOf } from '../frontend/settings.ts'
import { loadCode } from '../load-code.ts'
import type { Engine, EngineOptions } from './engine.ts'
import type { ModelManifest } from './manifest.ts'
import type { EngineParts } from './select-engine.ts'

/**
 * Starts Undertone's own engine, with the memory of its first run laid out.
 * @throws {UndertoneError} `model-invalid`, `model-unsupported` with the operator, `manifest-invalid`,
 * `asset-missing`, `asset-corrupt`, `engine-failed`, `aborted`
 */
export async function createLiteEngine(
  { assets, manifest, readModel, signal }: Omit<EngineParts, 'modelFile' | 'progress'>,
  { relaxedSimd }: EngineOptions = {},
): Promise<Engine> {
  const code = loadCode(import('../engine/index.ts'))
  const [{ createNetwork }, wasm, model] = await Promise.all([
    code,
    code.then(({ loadEngineModule }) => loadEngineModule({ assets, relaxed: relaxedSimd, signal })),
    readModel(),
  ])
  const network = await createNetwork(model, { wasm }).catch((cause) => {
    if (cause instanceof UndertoneError) throw cause
    throw new UndertoneError(
      'engine-failed',
      `The model "${manifest.name}" could not be started: ${cause.message}. Try again; if memory is short, close other pages first.`,
      { cause },
    )
  })
  const inputs = network.inputs.map(({ name }) => name)
  const { input, output } = manifest.graph
  if (inputs.join() !== input || !network.outputs.includes(output)) {
    throw new UndertoneError(
      'manifest-invalid',
      `The manifest of "${manifest.name}" names the graph's ends "${input}" and "${output}"; the model file has ${inputs.join(', ')} and ${network.outputs.join(', ')}.`,
    )
  }
  // Which nodes it can run may depend on shapes: all are gone through once.
  const { frames, atLeast = frames } = manifest.window
  const { frontEnd } = manifest
  const bins = [frontEnd.feature]
    .flat()
    .reduce((sum, feature) => sum + binsOf(feature, frontEnd), 0)
  for (const count of new Set([atLeast, frames])) {
    attempt(manifest, [1, count, bins], () => network.prepare({ [input]: [1, count, bins] }))
  }
  return engine(network, manifest)
}

function engine(network: Network, manifest: ModelManifest): Engine {
  const { input, output } = manifest.graph
  const labels = manifest.labels.length
  return {
    name: 'lite',
    // Window by window: together they would take more memory and hardly less time, and what one
    // gives must not depend on those beside it.
    async run(features, [batch, frames, bins]) {
      const size = frames * bins
      const rows = new Float32Array(batch * labels)
      for (let n = 0; n < batch; ++n) {
        const data = features.subarray(n * size, (n + 1) * size)
        const shape = [1, frames, bins]
        const results = attempt(manifest, [batch, frames, bins], () =>
          network.run({ [input]: { data, shape } }),
        )
        const scores = results[output]?.data
        if (scores?.length !== labels) {
          throw new UndertoneError(
            'engine-failed',
            `The model "${manifest.name}" did not give ${labels} float32 scores a window, as its manifest says it does.`,
          )
        }
        rows.set(scores, n * labels)
      }
      return rows
    },
    async dispose() {
      network.dispose()
    },
  }
}

/** Says of what goes wrong in the network that it does, and with which model. */
function attempt<Result>(
  manifest: ModelManifest,
  shape: readonly number[],
  run: () => Result,
): Result {
  try {
    return run()
  } catch (cause) {
    const known = cause instanceof UndertoneError ? cause.code : undefined
    if (known === 'model-unsupported' || known === 'disposed') throw cause
    throw new UndertoneError(
      'engine-failed',
      `The model "${manifest.name}" could not score ${shape.join(' × ')} features: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    )
  }
}
