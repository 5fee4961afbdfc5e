/**
 * Runs in every engine, so it knows nothing but JavaScript: hashes the bits of all features of
 * some settings, and of resampled samples.
 * @param {Uint8Array} wasm undertone-frontend.wasm
 * @returns {string} hexadecimal
 */
// biome-ignore lint/correctness/noUnusedVariables: called by whoever has read this file
function kernelHash(wasm) {
  const module = new WebAssembly.Module(wasm)
  let hash = 0x811c9dc5
  const mix = (kernels, at, values) => {
    for (const bits of new Uint32Array(kernels.memory.buffer, at, values)) {
      hash = Math.imul(hash ^ bits, 0x01000193)
      hash ^= hash >>> 15
    }
  }
  let state = 1
  const fill = (kernels, at, count) => {
    const samples = new Float32Array(kernels.memory.buffer, at, count)
    for (let n = 0; n < count; ++n) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      // louder and quieter
      samples[n] = (state / 2 ** 32 - 0.5) * ((n % 997) / 997) ** 3
    }
  }
  for (const [nFft, hop, mels, coefficients] of [
    [512, 160, 40, 13],
    [1024, 256, 128, 40],
    [2048, 512, 64, 20],
    [256, 80, 23, 23],
  ]) {
    const kernels = new WebAssembly.Instance(module).exports
    kernels.configure(16000, nFft, nFft, hop, mels, 20, 7600, coefficients, 1, 1, 1e-10, 22)
    let bins = mels + coefficients + mels + 12 + 7 + 6 + 7 + 2 + nFft / 2 + 1
    for (let feature = 0; feature < 15; ++feature) {
      if (feature === 13 && nFft === 256) bins -= 2
      else kernels.select(feature, feature === 13 ? 65 : 0.1, 500)
    }
    kernels.ready(4000)
    for (let chunk = 0; chunk < 4; ++chunk) {
      fill(kernels, kernels.writeAt(4000), 4000)
      const frames = kernels.push(4000, 0, 0, 1)
      mix(kernels, kernels.outputAt(), frames * bins)
    }
  }
  for (const [up, down] of [
    [160, 441],
    [2, 1],
    [16000, 44101],
  ]) {
    const kernels = new WebAssembly.Instance(module).exports
    kernels.configureResampler(up, down, 4000)
    fill(kernels, kernels.resamplerInput(4000), 4000)
    mix(kernels, kernels.resamplerOutput(), kernels.resamplerPush(4000))
  }
  return (hash >>> 0).toString(16)
}
