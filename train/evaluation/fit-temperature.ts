/**
 * The temperature at which a model's probabilities are as sure as it is right: that of the least negative
 * log-likelihood (Guo et al. 2017, arXiv:1706.04599), from 1/5 to 5. As a device does, each window's
 * probabilities p become `softmax(log(p) / temperature)`, and a clip's are the mean over its windows.
 * @param clips rows of probabilities, one a window, and what they should be: 1 for the right label, or
 * each label's share; of speakers that the model never heard
 * @throws {RangeError} when there are no clips
 */
export function fitTemperature(
  clips: readonly { windows: readonly Float32Array[]; target: ArrayLike<number> }[],
): number {
  if (clips.length === 0) throw new RangeError('There are no clips to fit a temperature to.')
  const loss = (temperature: number) =>
    clips.reduce((sum, { windows, target }) => {
      const rows = windows.map((scores) => softened(scores, temperature))
      return Array.from(target).reduce((sum, share, label) => {
        if (share === 0) return sum
        const likelihood = rows.reduce((sum, row) => sum + row[label]! / rows.length, 0)
        return sum - share * Math.log(likelihood + 1e-12)
      }, sum)
    }, 0)
  let best = { temperature: 1, loss: loss(1) }
  // In steps of one per cent: finer than any number of clips can tell.
  for (let step = -162; step <= 162; step++) {
    const temperature = 1.01 ** step
    const found = loss(temperature)
    if (found < best.loss) best = { temperature, loss: found }
  }
  return Number(best.temperature.toFixed(3))
}

/** Probabilities p as sure as a temperature has them: `softmax(log(p) / temperature)`. */
export function softened(scores: Float32Array, temperature: number): Float32Array {
  const highest = Math.max(...scores)
  const weights = scores.map((score) => (score / highest) ** (1 / temperature))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}
