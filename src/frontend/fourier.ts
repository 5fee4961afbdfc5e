/** Discrete Fourier transform in place, of any power of two: for whole clips, not for streams. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const count = re.length
  const bits = Math.log2(count)
  for (let n = 0; n < count; ++n) {
    let mirrored = 0
    for (let bit = 0; bit < bits; ++bit) mirrored |= ((n >> bit) & 1) << (bits - 1 - bit)
    if (mirrored <= n) continue
    swap(re, n, mirrored)
    swap(im, n, mirrored)
  }
  for (let half = 1; half < count; half *= 2) {
    for (let k = 0; k < half; ++k) {
      const c = Math.cos((Math.PI * k) / half)
      const s = -Math.sin((Math.PI * k) / half)
      for (let a = k; a < count; a += 2 * half) {
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
