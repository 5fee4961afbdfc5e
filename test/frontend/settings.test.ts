import { describe, expect, it } from 'vitest'
import {
  clampTopDb,
  createFrontEnd,
  defaultFrontEndSettings,
  type FeatureKind,
  type FrontEndSettings,
} from '../../src/frontend/index.ts'

describe('settings that make no sense are refused with the reason', () => {
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ nMels: 0 }, /nMels is 0/],
    [{ nMels: 2.5 }, /nMels is 2.5/],
    [{ hopLength: 0 }, /hopLength is 0/],
    [{ hopLength: Number.NaN }, /hopLength is NaN/],
    [{ nFft: 400 }, /nFft is 400.*power of two.*winLength/],
    [{ nFft: 16 }, /nFft is 16/],
    [{ nFft: 65536 }, /nFft is 65536.*32 to 32768/],
    [{ winLength: 513 }, /winLength is 513/],
    [{ fMax: 8001 }, /fMax is 8001.*8000 Hz/],
    [{ fMin: -1 }, /fMin is -1/],
    [{ fMin: 8000 }, /fMin \(8000 Hz\) must be below/],
    [{ fMin: 1000, fMax: 1001 }, /less than a bin, 31.25 Hz, apart/],
    [{ nMels: 20, nMfcc: 21 }, /nMfcc is 21.*nMels, 20/],
    [{ nMfcc: 0 }, /nMfcc is 0/],
    [{ sampleRate: 0.001 }, /sampleRate is 0.001.*100 to 1e7 Hz/],
    [{ sampleRate: Number.POSITIVE_INFINITY }, /sampleRate is Infinity/],
    [{ amin: 0 }, /amin is 0/],
    [{ ref: -1 }, /ref is -1/],
    [{ center: 'yes' }, /center is 'yes'/],
    [{ feature: 'plp' }, /feature is 'plp'/],
    [{ hop: 160 }, /settings.*have no 'hop'; there are .*hopLength/],
    [{ toString: 1 }, /have no 'toString'/],
    [{ feature: null }, /feature is null/],
    [{ feature: 5 }, /feature is 5/],
    [{ feature: [['mfcc']] }, /feature is a list/],
    [{ feature: ['rms', undefined] }, /feature is undefined/],
    [{ feature: {} }, /feature is an object/],
    [{ nMels: '40' }, /nMels is '40'/],
    [{ sampleRate: Object.create(null) }, /sampleRate is an object/],
    [{ fMax: null }, /fMax is null/],
    [{ winLength: null }, /winLength is null/],
    [{ nMfcc: Object.create(null) }, /nMfcc is an object/],
    [{ tuning: null }, /tuning is null/],
    [{ f0Min: 'low' }, /f0Min is 'low'/],
    [{ feature: [] }, /feature is empty/],
    [{ feature: ['rms', 'rms'] }, /names one twice/],
    [{ feature: ['rms', 'plp'] }, /feature is 'plp'.*flatness/],
    [{ lifter: -1 }, /lifter is -1/],
    [{ lifter: 1e-5 }, /lifter is 0.00001/],
    [{ tuning: 2 }, /tuning is 2/],
    [{ feature: 'contrast', sampleRate: 8000 }, /contrast needs a sample rate above 12800/],
    [{ feature: 'f0', f0Min: 500 }, /f0Min is 500 and f0Max 500/],
    [{ feature: 'f0', nFft: 128 }, /f0Min is 65 Hz.*nFft, 128/],
  ]
  for (const [settings, reason] of refused) {
    it(`${JSON.stringify(settings)}: ${reason}`, async () => {
      const made = createFrontEnd(settings as Partial<FrontEndSettings>)
      await expect(made).rejects.toMatchObject({
        code: 'settings-invalid',
        message: expect.stringMatching(reason),
      })
    })
  }

  it('and so are settings that are no object', async () => {
    for (const given of [null, 'mfcc', 5, [], () => ({})]) {
      await expect(createFrontEnd(given as never)).rejects.toMatchObject({
        code: 'settings-invalid',
        message: expect.stringMatching('must be an object'),
      })
    }
  })

  it('and so are clip options and samples of another type', async () => {
    const frontEnd = await createFrontEnd()
    const rms = await createFrontEnd({ feature: ['mfcc', 'rms'] })
    const invalid = expect.objectContaining({ code: 'settings-invalid' })
    expect(() => frontEnd.compute(new Float32Array(9), { topDb: -1 })).toThrow(invalid)
    expect(() => frontEnd.compute(new Float32Array(9), { ref: 1 } as never)).toThrow(invalid)
    expect(() => frontEnd.compute(new Float32Array(9), { topDb: null } as never)).toThrow(invalid)
    expect(() => frontEnd.compute(new Float32Array(9), null as never)).toThrow(/be an object.*null/)
    expect(() => frontEnd.compute(new Float32Array(9), { top_db: 80 } as never)).toThrow(/'top_db'/)
    expect(() => frontEnd.stream(null as never)).toThrow(/be an object.*null/)
    expect(() => frontEnd.stream({ hop: 1 } as never)).toThrow(/have no 'hop'/)
    expect(() => rms.compute(new Float32Array(9), { topDb: 80 })).toThrow(invalid)
    expect(() => frontEnd.compute([0, 1] as never)).toThrow(invalid)
    expect(() => frontEnd.stream({ topDb: 80 })).toThrow(/topDb.*whole clip/)
    expect(() => frontEnd.stream({ ref: 'max' })).toThrow(/ref.*whole clip/)
    expect(() => clampTopDb(frontEnd.compute(new Float32Array(9)), Number.NaN)).toThrow(invalid)
    await expect(createFrontEnd({}, { nonFinite: 'keep' as never })).rejects.toThrow(invalid)
  })
})

describe('a list of features', () => {
  it('stays what it was when the front end was made', async () => {
    const feature: FeatureKind[] = ['rms', 'mfcc']
    const frontEnd = await createFrontEnd({ feature })
    feature.length = 0
    expect(frontEnd.settings.feature).toEqual(['rms', 'mfcc'])
    expect(() => frontEnd.compute(new Float32Array(9), { topDb: 80 })).toThrow(/alone/)
  })
})

describe('what is left out', () => {
  it('follows from what is given', async () => {
    const { settings, bins } = await createFrontEnd({
      sampleRate: 8000,
      nMels: 20,
      feature: 'mfcc',
    })
    expect(settings).toEqual({
      ...defaultFrontEndSettings,
      feature: 'mfcc',
      sampleRate: 8000,
      winLength: 512,
      nMels: 20,
      nMfcc: 20,
      fMax: 4000,
      lifter: 0,
      tuning: 0,
      f0Min: 65,
      f0Max: 500,
    })
    expect(bins).toBe(20)
  })
})

describe('frames', () => {
  it('are counted as librosa counts them', async () => {
    const centred = await createFrontEnd({ nFft: 64, hopLength: 10, nMels: 4 })
    const plain = await createFrontEnd({ nFft: 64, hopLength: 10, nMels: 4, center: false })
    for (let length = 0; length < 200; ++length) {
      const samples = new Float32Array(length)
      expect(centred.compute(samples).frames).toBe(1 + Math.floor(length / 10))
      expect(plain.compute(samples).frames).toBe(
        length < 64 ? 0 : 1 + Math.floor((length - 64) / 10),
      )
    }
  })
})
