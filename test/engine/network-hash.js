/**
 * Runs in every engine, so it knows nothing but JavaScript: hashes the bits of what networks give.
 * @param {Function} createNetwork of undertone/engine
 * @param {{ onnx: string, inputs: Record<string, { data: number[], shape: number[] }> }[]} cases the
 * files in base64
 * @returns {Promise<string>} hexadecimal
 */
// biome-ignore lint/correctness/noUnusedVariables: called by whoever has read this file
async function networkHash(createNetwork, cases) {
  let hash = 0x811c9dc5
  for (const { onnx, inputs } of cases) {
    const network = await createNetwork(Uint8Array.from(atob(onnx), (byte) => byte.charCodeAt(0)))
    const given = Object.entries(inputs).map(([name, { data, shape }]) => [
      name,
      { data: Float32Array.from(data), shape },
    ])
    const outputs = network.run(Object.fromEntries(given))
    for (const name of network.outputs) {
      const { data } = outputs[name]
      for (const bits of new Uint32Array(data.buffer, data.byteOffset, data.length)) {
        hash = Math.imul(hash ^ bits, 0x01000193)
        hash ^= hash >>> 15
      }
    }
    network.dispose()
  }
  return (hash >>> 0).toString(16)
}
