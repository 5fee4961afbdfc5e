import { expect, it } from 'vitest'
import {
  type FeatureKind,
  type FeatureSettings,
  FrontEnd,
  loadModule,
  UndertoneError,
} from '../../src/frontend/index.ts'
import { noise } from './signals.ts'

const kinds: FeatureKind[] = ['log-mel', 'mfcc', 'mel', 'chroma', 'contrast', 'tonnetz', 'rms']
kinds.push('zero-crossing-rate', 'centroid', 'bandwidth', 'rolloff', 'flatness', 'flux', 'f0')
kinds.push('magnitude')

const draws = noise(1 << 16, 11)
let draw = 0
const random = () => (draws[draw++ % draws.length] as number) + 0.5
const from = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))

function anySettings(): Partial<FeatureSettings> {
  const nFft = 2 ** from(5, 15)
  return {
    feature: kinds.filter(() => random() < 0.4),
    sampleRate: [8000, 16000, 22050, 44100, 48000, from(100, 400000)][from(0, 5)] as number,
    nFft,
    winLength: random() < 0.5 ? nFft : from(2, nFft),
    hopLength: random() < 0.8 ? from(1, 2000) : from(1, 65536),
    nMels: from(1, 200),
    fMin: from(0, 200),
    center: random() < 0.7,
    lifter: random() < 0.3 ? from(1, 40) : 0,
    tuning: random() - 0.5,
  }
}

it('whatever settings are accepted: finite values, and a stream equals the whole clip', async () => {
  const module = await loadModule()
  let accepted = 0
  for (let round = 0; round < 150; ++round) {
    const settings = anySettings()
    const about = JSON.stringify(settings)
    const clip = noise(from(0, 12000), round)
    let frontEnd: FrontEnd
    try {
      frontEnd = new FrontEnd(module, settings)
    } catch (error) {
      expect(error, about).toBeInstanceOf(UndertoneError)
      continue
    }
    accepted += 1
    const whole = frontEnd.compute(clip).data
    const stream = frontEnd.stream()
    const data: number[] = []
    for (let at = 0; at < clip.length; ) {
      const part = clip.subarray(at, at + from(1, 5000))
      at += part.length
      for (const value of stream.push(part).data) data.push(value)
    }
    for (const value of stream.flush().data) data.push(value)
    const same = data.length === whole.length && data.every((x, i) => Object.is(x, whole[i]))
    expect(same, about).toBe(true)
    expect(whole.every(Number.isFinite), about).toBe(true)
  }
  expect(accepted).toBeGreaterThan(75)
}, 90_000)
