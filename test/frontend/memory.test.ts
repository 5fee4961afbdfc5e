import { describe, expect, it } from 'vitest'
import { FrontEnd, loadModule, Resampler } from '../../src/frontend/index.ts'

/** Watches the memories of the instances that `make` makes. */
function watched(make: () => void): WebAssembly.Memory[] {
  const memories: WebAssembly.Memory[] = []
  const Original = WebAssembly.Instance
  WebAssembly.Instance = class extends Original {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports)
      memories.push(this.exports.memory as WebAssembly.Memory)
    }
  }
  try {
    make()
  } finally {
    WebAssembly.Instance = Original
  }
  return memories
}

describe('after it is made', () => {
  it('nothing is imported, so a worklet can instantiate it', async () => {
    expect(WebAssembly.Module.imports(await loadModule())).toEqual([])
  })

  it('the memory does not grow in an hour of audio, whole, in chunks, or of several streams', async () => {
    const module = await loadModule()
    let frontEnd: FrontEnd | undefined
    let resampler: Resampler | undefined
    const memories = watched(() => {
      frontEnd = new FrontEnd(module, { feature: 'mfcc', nMfcc: 13 })
      resampler = new Resampler(module, { from: 44100, to: 16000 })
    })
    const sizes = () => memories.map((memory) => memory.buffer.byteLength)
    const before = sizes()
    expect(before.every((size) => size < 1 << 20)).toBe(true)
    const streams = [frontEnd?.stream(), frontEnd?.stream()]
    const minute = new Float32Array(60 * 16000)
    for (let n = 0; n < 30; ++n) for (const stream of streams) stream?.push(minute)
    for (let n = 0; n < 5000; ++n) streams[0]?.push(minute.subarray(0, 128))
    frontEnd?.compute(minute)
    for (let n = 0; n < 10; ++n) resampler?.push(minute)
    resampler?.flush()
    expect(sizes()).toEqual(before)
  })
})
