interface Plan {
  /** Where each value goes by reversing the bits of its index. */
  mirrored: Uint32Array
  /** Cosine and sine of each turn: those of a stage with n butterflies lie from n − 1 on. */
  cosines: Float64Array
  sines: Float64Array
}

const plans = new Map<number, Plan>()

function planOf(count: number): Plan {
  const known = plans.get(count)
  if (known) return known
  const bits = Math.log2(count)
  const mirrored = Uint32Array.from({ length: count }, (_, n) => {
    let other = 0
    for (let bit = 0; bit < bits; ++bit) other |= ((n >> bit) & 1) << (bits - 1 - bit)
    return other
  })
  const cosines = new Float64Array(Math.max(count - 1, 0))
  const sines = new Float64Array(cosines.length)
  for (let half = 1; half < count; half *= 2) {
    for (let k = 0; k < half; ++k) {
      cosines[half - 1 + k] = Math.cos((Math.PI * k) / half)
      sines[half - 1 + k] = -Math.sin((Math.PI * k) / half)
    }
  }
  const plan = { mirrored, cosines, sines }
  plans.set(count, plan)
  return plan
}

/** Discrete Fourier transform in place, of any power of two: for whole clips, not for streams. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const count = re.length
  const { mirrored, cosines, sines } = planOf(count)
  for (let n = 0; n < count; ++n) {
    const other = mirrored[n] as number
    if (other <= n) continue
    swap(re, n, other)
    swap(im, n, other)
  }
  for (let half = 1; half < count; half *= 2) {
    for (let from = 0; from < count; from += 2 * half) {
      for (let k = 0; k < half; ++k) {
        const c = cosines[half - 1 + k] as number
        const s = sines[half - 1 + k] as number
        const a = from + k
        const b = a + half
        const br = (re[b] as number) * c - (im[b] as number) * s
        const bi = (re[b] as number) * s + (im[b] as number) * c
        re[b] = (re[a] as number) - br
        im[b] = (im[a] as number) - bi
        re[a] = (re[a] as number) + br
        im[a] = (im[a] as number) + bi
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] as number
  values[a] = values[b] as number
  values[b] = kept
}
