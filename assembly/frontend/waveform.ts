// Features of a frame's samples as they are, without a window.

/** Root mean square: librosa.feature.rms. `count` is a multiple of four. */
export function rms(frame: usize, count: i32): f32 {
  let sum = f32x4.splat(0)
  const end = frame + ((<usize>count) << 2)
  for (; frame < end; frame += 16) {
    const x = v128.load(frame)
    sum = f32x4.add(sum, f32x4.mul(x, x))
  }
  const total =
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 1) +
    (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
  return sqrt<f32>(total / <f32>count)
}

/**
 * Share of the frame's samples whose sign is not that of the sample before:
 * librosa.feature.zero_crossing_rate. What is within 1e-10 of zero is positive. Beyond the ends
 * of the clip, `from` and `to` of the frame's samples, the sign stays as it is.
 */
export function zeroCrossingRate(frame: usize, count: i32, from: i32, to: i32): f32 {
  const least = f32x4.splat(-1e-10)
  let at = frame + <usize>(max(from, 0) << 2)
  const end = frame + <usize>(min(to, count) << 2)
  let crossings = i32x4.splat(0)
  for (; at + 20 <= end; at += 16) {
    const before = f32x4.lt(v128.load(at), least)
    const after = f32x4.lt(v128.load(at, 4), least)
    crossings = i32x4.sub(crossings, v128.xor(before, after)) // true is -1
  }
  let sum =
    i32x4.extract_lane(crossings, 0) +
    i32x4.extract_lane(crossings, 1) +
    i32x4.extract_lane(crossings, 2) +
    i32x4.extract_lane(crossings, 3)
  for (; at + 8 <= end; at += 4) {
    const before = load<f32>(at) < -1e-10
    const after = load<f32>(at, 4) < -1e-10
    if (before != after) sum += 1
  }
  return <f32>sum / <f32>count
}
