/**
 * Mixes each item of a batch with another (mixup, Zhang et al. 2018), inputs and labels alike.
 * @param all inputs `[batch, size]`, labels and whatever else has a row an item, changed in place
 * @param alpha both parameters of the Beta distribution of the share
 */
export function mixup(
  all: readonly Float32Array[],
  batch: number,
  alpha: number,
  random: () => number,
): void {
  const partners = shuffled(batch, random)
  const shares = Array.from({ length: batch }, () => {
    const share = beta(alpha, random)
    return Math.max(share, 1 - share)
  })
  for (const rows of all) {
    const size = rows.length / batch
    const original = rows.slice()
    for (let i = 0; i < batch; i++) {
      const share = shares[i]!
      const other = partners[i]! * size
      for (let j = 0; j < size; j++) {
        rows[i * size + j] = share * original[i * size + j]! + (1 - share) * original[other + j]!
      }
    }
  }
}

/** The numbers 0 to n − 1 in random order (Fisher–Yates). */
export function shuffled(n: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

// Jöhnk's method, which is made for small parameters.
function beta(alpha: number, random: () => number): number {
  for (;;) {
    const x = random() ** (1 / alpha)
    const y = random() ** (1 / alpha)
    if (x + y > 0 && x + y <= 1) return x / (x + y)
  }
}
