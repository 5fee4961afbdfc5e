/** The engine beside onnxruntime-web in browsers, in turns. */
import { readFileSync } from 'node:fs'
import { engines } from '../test/engines/index.ts'
import { startSite } from '../test/engines/site.ts'
import type { MeasuredModel } from './engine.ts'

export interface InBrowser {
  ratio_to_ort: number
  ratio_to_ort_relaxed: number | null
  ms: { lite: number; relaxed: number | null; ort: number }
}

/** @returns for each browser what was measured, or why nothing was */
export async function measureInBrowsers(
  { file, input, shape }: MeasuredModel,
  rounds: number,
): Promise<Record<string, InBrowser | string>> {
  const measured: Record<string, InBrowser | string> = {}
  const site = await startSite({ '/model.onnx': new Uint8Array(readFileSync(file)) })
  for (const engine of engines) {
    if (!engine.isThere()) {
      measured[engine.name] = `not there (${engine.advice})`
      continue
    }
    const browser = await engine.start()
    try {
      const page = await browser.open(site.url)
      const ms = await page.run<InBrowser['ms']>(inPage(input, shape, rounds))
      measured[engine.name] = {
        ratio_to_ort: ms.ort / ms.lite,
        ratio_to_ort_relaxed: ms.relaxed && ms.ort / ms.relaxed,
        ms,
      }
    } catch (error) {
      measured[engine.name] = String(error)
    } finally {
      await browser.close()
    }
  }
  await site.close()
  return measured
}

// Clocks of browsers tick by a millisecond: so many runs are timed as one.
const runsAtOnce = 20

const inPage = (input: string, shape: readonly number[], rounds: number) => `
  const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer())
  const { createNetwork, hasRelaxedSimd } = await import('/engine.js')
  const { env, InferenceSession, Tensor } = await import('/ort.js')
  env.wasm.numThreads = 1
  env.logLevel = 'error'
  env.wasm.wasmBinary = (await bytes('/ort-wasm-simd-threaded.wasm')).buffer
  const onnx = await bytes('/model.onnx')
  const shape = ${JSON.stringify(shape)}
  const size = shape.reduce((product, count) => product * count)
  const data = Float32Array.from({ length: size }, (_, n) => -40 + 20 * Math.sin(n * n))
  const given = { ${JSON.stringify(input)}: { data, shape } }
  const plain = await createNetwork(onnx)
  const relaxed = hasRelaxedSimd() ? await createNetwork(onnx, { relaxed: true }) : undefined
  const session = await InferenceSession.create(onnx, { executionProviders: ['wasm'] })
  const runners = {
    lite: () => plain.run(given),
    ...(relaxed && { relaxed: () => relaxed.run(given) }),
    ort: () => session.run({ ${JSON.stringify(input)}: new Tensor('float32', data, shape) }),
  }
  const times = { lite: [], relaxed: [], ort: [] }
  for (let round = -2; round < ${Math.max(3, Math.ceil(rounds / 4))}; round++) {
    for (const [name, run] of Object.entries(runners)) {
      const start = performance.now()
      for (let n = 0; n < ${runsAtOnce}; n++) await run()
      if (round >= 0) times[name].push((performance.now() - start) / ${runsAtOnce})
    }
  }
  const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]
  return { lite: median(times.lite), relaxed: relaxed ? median(times.relaxed) : null, ort: median(times.ort) }`
