import type { Settings } from './frontend-peers.ts'

/** What JavaScript does around somebody else's FFT: window, sparse mel, logarithm, DCT. */
export interface MelRest {
  /** Periodic Hann, nFft weights. */
  window: Float32Array
  /** nFft / 2 + 1 powers, to be filled in. */
  power: Float32Array
  /** Writes the nMfcc coefficients of `power`. */
  mfcc(out: Float32Array, at: number): void
}

const toMel = (hz: number) =>
  hz < 1000 ? (hz * 3) / 200 : 15 + (Math.log(hz / 1000) * 27) / Math.log(6.4)
const toHz = (mel: number) => (mel < 15 ? (mel * 200) / 3 : 1000 * 6.4 ** ((mel - 15) / 27))

export function melRest(s: Settings): MelRest {
  const { nFft, nMels, nMfcc } = s
  const window = Float32Array.from(
    { length: nFft },
    (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / nFft),
  )
  const low = toMel(s.fMin)
  const step = (toMel(s.fMax) - low) / (nMels + 1)
  const edges = Array.from({ length: nMels + 2 }, (_, i) => toHz(low + step * i))
  const first = new Int32Array(nMels)
  const weights = Array.from({ length: nMels }, (_, band) => {
    const [from, middle, to] = edges.slice(band, band + 3) as [number, number, number]
    const row: number[] = []
    for (let k = 0; k <= nFft / 2; ++k) {
      const hz = (k * s.sampleRate) / nFft
      const weight = Math.min((hz - from) / (middle - from), (to - hz) / (to - middle))
      if (weight <= 0) continue
      if (row.length === 0) first[band] = k
      row.push((weight * 2) / (to - from))
    }
    return Float32Array.from(row)
  })
  const dct = new Float32Array(nMfcc * nMels)
  for (let k = 0; k < nMfcc; ++k) {
    for (let n = 0; n < nMels; ++n) {
      const scale = Math.sqrt((k === 0 ? 1 : 2) / nMels)
      dct[k * nMels + n] = scale * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * nMels))
    }
  }
  const power = new Float32Array(nFft / 2 + 1)
  const mel = new Float32Array(nMels)
  return {
    window,
    power,
    mfcc(out, at) {
      for (let band = 0; band < nMels; ++band) {
        const row = weights[band] as Float32Array
        const from = first[band] as number
        let sum = 0
        for (let i = 0; i < row.length; ++i) sum += (row[i] as number) * (power[from + i] as number)
        mel[band] = 10 * Math.log10(Math.max(s.amin, sum))
      }
      for (let k = 0; k < nMfcc; ++k) {
        let sum = 0
        for (let n = 0; n < nMels; ++n) sum += (dct[k * nMels + n] as number) * (mel[n] as number)
        out[at + k] = sum
      }
    },
  }
}
