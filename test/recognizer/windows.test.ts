import { describe, expect, test } from 'vitest'
import { FrontEnd, loadModule } from '../../src/frontend/index.ts'
import {
  padToWindow,
  windowSamples,
  windowSpan,
  windowStarts,
} from '../../src/recognizer/windows.ts'

const frontEnd = {
  feature: 'log-mel',
  sampleRate: 16000,
  nFft: 512,
  hopLength: 256,
  nMels: 40,
  fMin: 0,
  fMax: 8000,
  nMfcc: 13,
  center: true,
  ref: 1,
  amin: 1e-10,
} as const
const window = { frames: 94, hop: 31 }

describe.each([true, false])('with centred frames %s', (center) => {
  const windowing = { frontEnd: { ...frontEnd, center }, window }

  test('so many samples give just one window of frames', async () => {
    const front = new FrontEnd(await loadModule(), windowing.frontEnd)
    const samples = windowSamples(windowing)
    expect(front.compute(new Float32Array(samples)).frames).toBe(94)
    expect(front.compute(new Float32Array(samples - 1)).frames).toBe(93)
  })

  test('short clips get zeros at their end, up to one window', () => {
    const padded = padToWindow(new Float32Array([0.5, -0.5]), windowing)
    expect(padded).toHaveLength(windowSamples(windowing))
    expect([...padded.subarray(0, 3)]).toEqual([0.5, -0.5, 0])
    expect(padded.subarray(2).every((sample) => sample === 0)).toBe(true)
  })

  test('a clip that may be shorter than a window gets zeros up to that alone', async () => {
    const shorter = { ...windowing, window: { ...window, atLeast: 10 } }
    const samples = windowSamples(shorter)
    const front = new FrontEnd(await loadModule(), windowing.frontEnd)
    expect(front.compute(padToWindow(new Float32Array(1), shorter)).frames).toBe(10)
    expect(front.compute(padToWindow(new Float32Array(samples - 1), shorter)).frames).toBe(10)
    const whole = new Float32Array(samples + 1)
    expect(padToWindow(whole, shorter)).toBe(whole)
  })

  test('longer clips stay as they are', () => {
    const samples = new Float32Array(windowSamples(windowing) + 1)
    expect(padToWindow(samples, windowing)).toBe(samples)
  })
})

test.each([
  [1, [0]],
  [93, [0]],
  [94, [0]],
  [124, [0]],
  [125, [0, 31]],
  [156, [0, 31, 62]],
])('%i frames hold windows at %j', (frames, starts) => {
  expect(windowStarts(frames, { frontEnd, window })).toEqual(starts)
})

test.each([
  [0, 10, 0, 1.504],
  [31, 10, 0.496, 2],
  [0, 1.5, 0, 1.5],
  [31, 1.9, 0.496, 1.9],
])('a window at frame %i of %f s lies from %f to %f s', (first, duration, start, end) => {
  const span = windowSpan(first, { frontEnd, window }, duration)
  expect(span.start).toBeCloseTo(start, 9)
  expect(span.end).toBeCloseTo(end, 9)
})
