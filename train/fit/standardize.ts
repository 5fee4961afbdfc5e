import type * as tf from '@tensorflow/tfjs-node'
import type { Example } from '../features/example.ts'
import { meanFrame } from '../features/window.ts'
import { Standardization } from '../network/standardization.ts'

/**
 * Has a network's standardization, where there is one, know what is trained on: the frames of all
 * clips, or each clip's mean where the network sees that alone.
 */
export function standardize(
  model: tf.LayersModel,
  train: readonly Example[],
  pooled: boolean,
): void {
  const layers = model.layers.filter((layer) => layer instanceof Standardization)
  if (layers.length === 0) return
  const bins = train[0]!.bins
  const frames = function* () {
    for (const example of train) {
      const own = example.features.subarray(0, example.frames * bins)
      yield pooled ? meanFrame(own, bins) : own
    }
  }
  const mean = average(frames(), bins, (value) => value)
  const variance = average(frames(), bins, (value, bin) => (value - mean[bin]!) ** 2)
  for (const layer of layers) layer.set(mean, variance.map(Math.sqrt))
}

function average(
  all: Iterable<Float32Array>,
  bins: number,
  of: (value: number, bin: number) => number,
): Float64Array {
  const sums = new Float64Array(bins)
  let count = 0
  for (const frames of all) {
    for (let i = 0; i < frames.length; i++) sums[i % bins]! += of(frames[i]!, i % bins)
    count += frames.length / bins
  }
  return sums.map((sum) => sum / count)
}
