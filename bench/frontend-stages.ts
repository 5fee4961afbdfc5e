/** Where a frame's time goes: the kernels one by one, in a build of their own. */
import asc from 'assemblyscript/asc'

const stages = ['transposeSamples', 'fft', 'melBank', 'decibel', 'cosine', 'transposeRows'] as const
export type Stages = Record<(typeof stages)[number], number>

type Kernels = Record<(typeof stages)[number], (times: number) => void> & {
  memory: WebAssembly.Memory
  configure(nFft: number, hopLength: number, nMels: number, nMfcc: number): number
}

/** @returns microseconds a frame, the least of `rounds` */
export async function measureStages(
  [nFft, hopLength, nMels, nMfcc]: readonly [number, number, number, number],
  rounds: number,
): Promise<Stages> {
  let wasm: Uint8Array<ArrayBuffer> | undefined
  const options = '--runtime stub --enable simd -O3 --noAssert --use abort='.split(' ')
  const { error, stderr } = await asc.main(
    ['assembly/frontend-stages.ts', '--outFile', 'stages.wasm', ...options],
    {
      writeFile(name, contents) {
        if (name.endsWith('.wasm')) wasm = Uint8Array.from(contents as Uint8Array)
      },
    },
  )
  if (error || !wasm) throw new Error(`frontend-stages.ts: ${stderr}`, { cause: error })
  const { instance } = await WebAssembly.instantiate(wasm)
  const kernels = instance.exports as unknown as Kernels
  const at = kernels.configure(nFft, hopLength, nMels, nMfcc) >> 2
  const heap = new Float32Array(kernels.memory.buffer)
  for (let n = 0; n < nFft + 32 * hopLength; ++n) heap[at + n] = Math.sin(n * n) / 3
  const least = Object.fromEntries(stages.map((stage) => [stage, Infinity])) as Stages
  const times = 1000
  for (let round = 0; round < rounds; ++round) {
    for (const stage of stages) {
      const start = performance.now()
      kernels[stage](times)
      const us = ((performance.now() - start) * 1000) / times / 4
      least[stage] = Math.min(least[stage], us)
    }
  }
  return least
}
