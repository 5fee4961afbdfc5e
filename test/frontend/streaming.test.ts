import { describe, expect, it } from 'vitest'
import { createFrontEnd, type FeatureSettings } from '../../src/frontend/index.ts'
import { noise, speech } from './signals.ts'

const clip = speech()

const everything: FeatureSettings['feature'] = [
  'chroma',
  'zero-crossing-rate',
  'contrast',
  'mfcc',
  'rms',
  'tonnetz',
  'centroid',
  'bandwidth',
  'rolloff',
  'flatness',
  'flux',
]

const settings: Partial<FeatureSettings>[] = [
  {},
  { feature: 'mfcc', nMfcc: 13 },
  { nFft: 1024, hopLength: 256, nMels: 128 },
  { nFft: 512, winLength: 400, hopLength: 160, nMels: 80, center: false },
  { nFft: 64, hopLength: 1000, nMels: 8 },
  { nFft: 32, hopLength: 7, nMels: 5 },
  { feature: everything },
  { feature: ['f0', 'mel'], hopLength: 1000 },
]

/** Cuts of 1, of 128 and of random lengths up to 3000 samples, some of them 0. */
const cuts: Record<string, (random: () => number) => number> = {
  'single samples': () => 1,
  'worklet quanta': () => 128,
  'random lengths': (random) => Math.floor(random() ** 3 * 3000),
  'all at once': () => clip.length,
}

describe('a stream equals the whole clip bit for bit', () => {
  for (const given of settings) {
    for (const [name, length] of Object.entries(cuts)) {
      it(`${JSON.stringify(given)} in ${name}`, async () => {
        const frontEnd = await createFrontEnd(given)
        const whole = frontEnd.compute(clip)
        const stream = frontEnd.stream()
        const draws = noise(1 << 16, 7)
        let draw = 0
        const random = () => (draws[draw++ % draws.length] as number) + 0.5
        const data: number[] = []
        const { nFft, hopLength, center } = frontEnd.settings
        let pushed = 0
        while (pushed < clip.length) {
          const part = clip.subarray(pushed, pushed + length(random))
          pushed += part.length
          const { data: rows, frames, bins } = stream.push(part)
          for (const value of rows) data.push(value)
          // as soon as they are complete
          const complete = Math.floor((pushed - (center ? nFft / 2 : nFft)) / hopLength) + 1
          const due = Math.max(0, complete) * bins
          if (rows.length !== frames * bins || data.length !== due) {
            expect.fail(`${data.length} values after ${pushed} samples instead of ${due}`)
          }
        }
        for (const value of stream.flush().data) data.push(value)
        expect(new Float32Array(data)).toEqual(whole.data)
      })
    }
  }
})

describe('streams of one front end', () => {
  it('do not disturb one another, nor compute()', async () => {
    const frontEnd = await createFrontEnd({ feature: everything, nMfcc: 13 })
    const clips = [clip, clip.slice(5000), noise(20000, 3)]
    const alone = clips.map((samples) => frontEnd.compute(samples).data)
    const streams = clips.map(() => frontEnd.stream())
    const data: number[][] = clips.map(() => [])
    for (let at = 0; at < clip.length; at += 777) {
      for (const [i, stream] of streams.entries()) {
        const part = (clips[i] as Float32Array).subarray(at, at + 777)
        data[i]?.push(...stream.push(part).data)
        if (at % 2331 === 0)
          expect(frontEnd.compute(clips[0] as Float32Array).data).toEqual(alone[0])
      }
    }
    for (const [i, stream] of streams.entries()) data[i]?.push(...stream.flush().data)
    expect(data.map((values) => new Float32Array(values))).toEqual(alone)
  })

  it('of several front ends do not either', async () => {
    const all = await Promise.all(
      [{}, { nFft: 1024 }, { feature: 'mfcc' as const, nMfcc: 5 }, {}].map((given) =>
        createFrontEnd(given),
      ),
    )
    const alone = all.map((frontEnd) => frontEnd.compute(clip).data)
    const streams = all.map((frontEnd) => frontEnd.stream())
    const data: number[][] = all.map(() => [])
    for (let at = 0; at < clip.length; at += 500) {
      for (const [i, stream] of streams.entries()) {
        data[i]?.push(...stream.push(clip.subarray(at, at + 500)).data)
      }
    }
    for (const [i, stream] of streams.entries()) data[i]?.push(...stream.flush().data)
    expect(data.map((values) => new Float32Array(values))).toEqual(alone)
  })

  it('end with flush() and begin with reset()', async () => {
    const frontEnd = await createFrontEnd()
    const stream = frontEnd.stream()
    stream.push(noise(5000))
    stream.flush()
    expect(() => stream.push(clip)).toThrow(expect.objectContaining({ code: 'stream-ended' }))
    expect(() => stream.flush()).toThrow(expect.objectContaining({ code: 'stream-ended' }))
    stream.reset()
    const data = [...stream.push(clip).data, ...stream.flush().data]
    expect(new Float32Array(data)).toEqual(frontEnd.compute(clip).data)
  })
})

describe('samples that are not finite', () => {
  for (const length of [100, 40000]) {
    it(`are refused and leave the stream as it was (${length} samples)`, async () => {
      const frontEnd = await createFrontEnd({ hopLength: 64 })
      const stream = frontEnd.stream()
      const data = [...stream.push(clip).data]
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        for (const at of [0, 1, 97, 98, 99]) {
          const bad = noise(length)
          bad[length - 100 + at] = wrong
          expect(() => stream.push(bad)).toThrow(
            expect.objectContaining({ code: 'audio-not-finite' }),
          )
          expect(() => frontEnd.compute(bad)).toThrow(
            expect.objectContaining({ code: 'audio-not-finite' }),
          )
        }
      }
      data.push(...stream.push(clip).data, ...stream.flush().data)
      const twice = Float32Array.from([...clip, ...clip])
      expect(new Float32Array(data)).toEqual(frontEnd.compute(twice).data)
    })
  }

  it('are zeroed where asked', async () => {
    const frontEnd = await createFrontEnd({}, { nonFinite: 'zero' })
    const bad = clip.slice()
    const mended = clip.slice()
    for (const [i, at] of [0, 3, 500, 20001, clip.length - 1].entries()) {
      bad[at] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][i % 3] as number
      mended[at] = 0
    }
    expect(frontEnd.compute(bad).data).toEqual(frontEnd.compute(mended).data)
  })
})
