import { cosTurn } from './elementary'
import { reserve } from './memory'

/** Periodic Hann window of `winLength` samples in the middle of nFft, scaled. */
export function hannWindow(nFft: i32, winLength: i32, scale: f32): usize {
  const weights = reserve(nFft * 4)
  const lead = (nFft - winLength) / 2
  for (let n = 0; n < winLength; ++n) {
    store<f32>(weights + (lead + n) * 4, scale * <f32>(0.5 - 0.5 * cosTurn(n, winLength)))
  }
  return weights
}
