import * as tf from '@tensorflow/tfjs-node'

/** All of a model's weights, batch statistics included, as one vector. */
export function weightsOf(model: tf.LayersModel): Float32Array {
  const parts = model.weights.map((weight) => weight.read().dataSync())
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    all.set(part, offset)
    offset += part.length
  }
  return all
}

export function setWeights(model: tf.LayersModel, all: Float32Array): void {
  let offset = 0
  for (const weight of model.weights) {
    const size = tf.util.sizeFromShape(weight.shape as number[])
    tf.tidy(() => {
      weight.write(tf.tensor(all.slice(offset, offset + size), weight.shape as number[]))
    })
    offset += size
  }
}
