import type { Settings } from './frontend-peers.ts'

/** What JavaScript does around somebody else's FFT: window, sparse mel, logarithm, DCT. */
export interface MelRest {
  /** Periodic Hann, nFft weights. */
  window: Float32Array
  /** nFft / 2 + 1 powers, to be filled in. */
  power: Float64Array
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
  // A bin between two edges rises in one band by `slopes` and falls in the one before by the rest.
  const firstBin = Math.ceil((s.fMin * nFft) / s.sampleRate)
  const slopes = new Float64Array(nFft / 2 + 1)
  const ends = new Int32Array(nMels + 1)
  const areas = new Float64Array(nMels)
  let k = firstBin
  for (let j = 0; j <= nMels; ++j) {
    const [from, to] = edges.slice(j, j + 2) as [number, number]
    for (; k <= nFft / 2; ++k) {
      const hz = (k * s.sampleRate) / nFft
      if (hz >= to) break
      slopes[k] = (hz - from) / (to - from)
    }
    ends[j] = k
    if (j < nMels) areas[j] = 2 / ((edges[j + 2] as number) - from)
  }
  // A row's second half mirrors its first, negated in odd rows, so that half is enough. In groups
  // of four rows, a column after the other.
  const half = Math.ceil(nMels / 2)
  const groups = Math.ceil(nMfcc / 4)
  const weights = new Float64Array(groups * half * 4)
  for (let k = 0; k < groups * 4; ++k) {
    // the decibels' factor is in here, so that the logarithm is the natural one
    const scale = (10 / Math.LN10) * Math.sqrt((k === 0 ? 1 : 2) / nMels)
    for (let n = 0; n < half; ++n) {
      weights[((k >> 2) * half + n) * 4 + (k & 3)] =
        scale * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * nMels))
    }
  }
  const power = new Float64Array(nFft / 2 + 1)
  const logs = new Float64Array(nMels)
  const sums = new Float64Array(half)
  const differences = new Float64Array(half)
  return {
    window,
    power,
    mfcc(out, at) {
      let k = firstBin
      let rising = 0
      for (let j = 0; j <= nMels; ++j) {
        const end = ends[j] as number
        let all = 0
        let up = 0
        for (; k < end; ++k) {
          const p = power[k] as number
          all += p
          up += (slopes[k] as number) * p
        }
        if (j > 0) {
          const sum = (rising + all - up) * (areas[j - 1] as number)
          logs[j - 1] = Math.log(sum > s.amin ? sum : s.amin)
        }
        rising = up
      }
      for (let n = 0; n < half; ++n) {
        const mirror = nMels - 1 - n
        const left = logs[n] as number
        // of an odd number the middle one has no mirror
        const right = mirror === n ? 0 : (logs[mirror] as number)
        sums[n] = left + right
        differences[n] = left - right
      }
      // what the last group has too much belongs to the next frame, or is beyond the end
      let i = 0
      for (const end = at + groups * 4; at < end; at += 4) {
        let a = 0
        let b = 0
        let c = 0
        let d = 0
        for (let n = 0; n < half; ++n) {
          const sum = sums[n] as number
          const difference = differences[n] as number
          a += (weights[i] as number) * sum
          b += (weights[i + 1] as number) * difference
          c += (weights[i + 2] as number) * sum
          d += (weights[i + 3] as number) * difference
          i += 4
        }
        out[at] = a
        out[at + 1] = b
        out[at + 2] = c
        out[at + 3] = d
      }
    },
  }
}
