import { existsSync } from 'node:fs'
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'
import seedrandom from 'seedrandom'
import { decodeAudio, toMono } from 'undertone/audio'
import type { Clip } from 'undertone/corpora'
import {
  createFrontEnd,
  defaultFrontEndSettings,
  type FeatureKind,
  type FeatureSettings,
  prepare,
  resample,
} from 'undertone/frontend'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeWav } from '../../test/audio/wav-writer.ts'
import { loadRecordings } from '../augmentation/noise-recordings.ts'
import { augment, type WaveformAugmentation } from '../augmentation/waveform.ts'
import { conditions } from '../evaluation/conditions.ts'
import { type ExtractSettings, extractFeatures } from '../features/extract.ts'
import { featuresOf } from '../features/features-of.ts'
import { silentFrame } from '../features/silent-frame.ts'
import { tinyRecipe } from './tiny.ts'

const samples = fileURLToPath(new URL('../../samples/', import.meta.url))
const clipAt = (path: string): Clip => ({
  corpus: 'samples',
  id: basename(path, '.wav'),
  path,
  speaker: '1',
  emotion: 'happy',
})
const clips = ['1003_IEO_HAP_MD', '1001_ITS_HAP_XX', '1003_IEO_SAD_MD'].map((id) =>
  clipAt(join(samples, `${id}.wav`)),
)
const frontEnd: FeatureSettings = { ...defaultFrontEndSettings, nFft: 1024, hopLength: 256 }
const plain: ExtractSettings = { frontEnd, preparation: [] }
const copies: WaveformAugmentation[][] = [
  [{ kind: 'noise', snr: [10, 20], from: 'white' }],
  [
    { kind: 'stretch', rate: [1.1, 1.2] },
    { kind: 'gain', decibels: [-6, 0] },
  ],
]

let folder: string
let cache: string
let warnings: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-features-'))
  cache = join(folder, 'cache')
  warnings = []
})
afterEach(() => rm(folder, { recursive: true }))

const extract = async (
  settings: ExtractSettings = plain,
  { of = clips, jobs = 1 }: { of?: Clip[]; jobs?: number } = {},
) => extractFeatures(of, settings, { cache, jobs, onWarning: (text) => warnings.push(text) })
const kept = async () => (await readdir(cache)).sort()

it('leaves out a clip that is there under another name, and says what the two are called', async () => {
  const copy = join(folder, 'copy.wav')
  await copyFile(clips[1]!.path, copy)
  const twin: Clip = { ...clipAt(copy), speaker: '2', emotion: 'sad' }
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const recipe = { ...tinyRecipe, frontEnd, preparation: [] }
  const features = featuresOf({ recipe, cache }, { jobs: '1' })
  const first = await features.originals(clips)
  const second = await features.originals([twin, ...clips])
  const lines = said.mock.calls.flat().join('\n')
  said.mockRestore()
  expect(first.map(({ clip }) => clip)).toEqual(clips)
  expect(second.map(({ clip }) => clip)).toEqual(clips)
  expect(lines).toContain(`${copy} is the same file as ${clips[1]!.path}`)
  expect(lines).toContain('labelled happy, not sad, of the speaker 1, not 2')
})

it('puts test clips into noise that no training copy heard', async () => {
  const noise = join(folder, 'noise')
  await mkdir(noise)
  await copyFile(clips[1]!.path, join(noise, 'rain_1-1-A.wav'))
  const kept = join(noise, 'rain_5-2-A.wav')
  await copyFile(clips[2]!.path, kept)
  const recipe = { ...tinyRecipe, frontEnd, preparation: [] }
  const features = featuresOf({ recipe, cache, noise }, { jobs: '1' })
  const [example] = await features.under('noise', [clips[0]!])
  const { step } = conditions.noise
  const recordings = [kept]
  const expected = await extract({ ...plain, copies: [[step]], recordings }, { of: [clips[0]!] })
  expect(example!.features).toEqual(expected.examples[1]!.features)
  expect(example!.features).not.toEqual(expected.examples[0]!.features)
})

describe('features of a clip', () => {
  it('are those of its samples and of the silence that follows, as a device computes them', async () => {
    const { examples, unreadable } = await extract()
    expect(unreadable).toEqual([])
    expect(examples.map(({ clip }) => clip)).toEqual(clips)
    const device = await createFrontEnd(frontEnd)
    for (const { clip, copy, features, frames, bins } of examples) {
      expect(copy).toBe(0)
      expect(bins).toBe(device.bins)
      const { channels } = await decodeAudio(await readFile(clip.path))
      const heard = toMono(channels)
      const padded = new Float32Array(heard.length + 50 * 256)
      padded.set(heard)
      const expected = device.compute(padded)
      expect(frames).toBe(1 + Math.floor(heard.length / 256))
      // Two frames hear both the clip's end and silence.
      expect(features.length).toBe((frames + 2) * bins)
      expect(features).toEqual(expected.data.slice(0, features.length))
      expect(expected.data.slice(features.length, features.length + bins)).toEqual(
        silentFrame(frontEnd),
      )
    }
  })

  it('are of the rate that the front end has, and have no tail where frames are not centred', async () => {
    const settings = { ...frontEnd, sampleRate: 8000, fMax: 4000, center: false }
    const { examples } = await extract({ ...plain, frontEnd: settings })
    const { channels, sampleRate } = await decodeAudio(await readFile(clips[0]!.path))
    const slow = await resample(toMono(channels), sampleRate, 8000)
    const expected = (await createFrontEnd(settings)).compute(slow)
    expect(examples[0]!.features).toEqual(expected.data)
    expect(examples[0]!.frames).toBe(expected.frames)
  })

  it('are those of the prepared clip', async () => {
    const preparation = [
      { kind: 'noise-reduction', reduction: 0.9 },
      { kind: 'trimming', topDb: 30 },
      { kind: 'peak-normalization' },
    ] as const
    const { examples } = await extract({ ...plain, preparation })
    const { channels } = await decodeAudio(await readFile(clips[0]!.path))
    const ready = prepare(toMono(channels), 16000, preparation)
    const padded = new Float32Array(ready.length + 2 * 256)
    padded.set(ready)
    expect(examples[0]!.features).toEqual((await createFrontEnd(frontEnd)).compute(padded).data)
    expect(examples[0]!.frames).toBe(1 + Math.floor(ready.length / 256))
    const bare = await extract()
    expect(bare.examples[0]!.frames).toBeGreaterThan(examples[0]!.frames)
  })

  it('leave out files that cannot be read, by name and reason; all unreadable is an error', async () => {
    const broken = join(folder, 'broken.wav')
    await writeFile(broken, (await readFile(clips[0]!.path)).subarray(0, 30))
    const wrong = [clipAt(broken), clipAt(join(folder, 'missing.wav'))]
    for (const jobs of [1, 2]) {
      const of = [wrong[0]!, clips[1]!, wrong[1]!]
      const { examples, unreadable } = await extract({ ...plain, copies }, { of, jobs })
      expect(examples.map(({ clip }) => clip)).toEqual([clips[1], clips[1], clips[1]])
      expect(unreadable.map(({ clip }) => clip)).toEqual(wrong)
      expect(unreadable[0]!.reason).toMatch(/WAV/)
      expect(unreadable[1]!.reason).toMatch(/no such file/)
    }
    await expect(extract(plain, { of: wrong })).rejects.toThrow(
      /None of 2 clips could be read; the first: /,
    )
  })

  it('are refused as a whole where their settings make no sense', async () => {
    const refused = (settings: ExtractSettings, message: RegExp) =>
      expect(extract(settings)).rejects.toThrow(message)
    await refused({ ...plain, frontEnd: { ...frontEnd, nFft: 400 } }, /nFft is 400/)
    await refused({ ...plain, preparation: [{ kind: 'peak-normalization', peak: 0 }] }, /peak is 0/)
    await refused({ ...plain, copies: [[{ kind: 'stretch', rate: [0, 1] }]] }, /rate is 0 to 1/)
    await expect(extract(plain, { jobs: 0 })).rejects.toThrow(/threads from 1 on, not 0/)
    expect(existsSync(cache)).toBe(false)
  })
})

describe('copies', () => {
  const both = { ...plain, copies, seed: 7 }

  it('come after their clip, each by its own steps, its random numbers of seed, id and number', async () => {
    const { examples } = await extract(both)
    expect(examples.map(({ clip, copy }) => [clip.id, copy])).toEqual(
      clips.flatMap(({ id }) => [0, 1, 2].map((copy) => [id, copy])),
    )
    const { channels } = await decodeAudio(await readFile(clips[1]!.path))
    const random = seedrandom.alea(`7/${clips[1]!.id}/2`)
    const changed = await augment(toMono(channels), 16000, copies[1]!, random)
    const padded = new Float32Array(changed.length + 2 * 256)
    padded.set(changed)
    const expected = (await createFrontEnd(frontEnd)).compute(padded).data
    expect(examples[5]!.features).toEqual(expected)
    expect(examples[5]!.frames).toBeLessThan(examples[3]!.frames)
  })

  it('are changed before they are prepared', async () => {
    const preparation = [{ kind: 'loudness-normalization' }] as const
    const louder: WaveformAugmentation[][] = [[{ kind: 'gain', decibels: [-9, -9] }]]
    const { examples } = await extract({ ...plain, preparation, copies: louder })
    examples[1]!.features.forEach((value, i) => {
      expect(value).toBeCloseTo(examples[0]!.features[i]!, 2)
    })
  })

  it('are the same alone, in another order, from the cache and on threads', async () => {
    const { examples } = await extract(both)
    const alone = await extract({ ...both, originals: false }, { of: [clips[2]!] })
    expect(alone.examples).toEqual(examples.filter(({ clip, copy }) => clip === clips[2] && copy))
    const cached = await extract(both, { of: [...clips].reverse() })
    for (const example of cached.examples) expect(examples).toContainEqual(example)
    await rm(cache, { recursive: true })
    expect((await extract(both, { jobs: 2 })).examples).toEqual(examples)
    expect((await extract(both, { jobs: 2 })).examples).toEqual(examples)
  })

  it('are others for another seed, id or number, and originals stay', async () => {
    const [original, first] = (await extract(both)).examples
    const other = (await extract({ ...both, seed: 8 })).examples
    expect(other[0]).toEqual(original)
    expect(other[1]!.features).not.toEqual(first!.features)
    const renamed = { ...clips[0]!, id: 'another' }
    const { examples } = await extract(both, { of: [renamed] })
    expect(examples[0]!.features).toEqual(original!.features)
    expect(examples[1]!.features).not.toEqual(first!.features)
    const twice = { ...both, copies: [copies[0]!, copies[0]!] }
    const [, one, two] = (await extract(twice)).examples
    expect(one!.features).toEqual(first!.features)
    expect(two!.features).not.toEqual(first!.features)
  })

  it('hear recorded noise, and other noise when a recording changes', async () => {
    const noise = join(folder, 'rain_1-1-A.wav')
    await copyFile(clips[2]!.path, noise)
    const noisy: ExtractSettings = {
      ...plain,
      copies: [[{ kind: 'noise', snr: [0, 0], from: 'recordings' }]],
      recordings: [noise],
    }
    const of = [clips[0]!]
    const first = (await extract(noisy, { of })).examples[1]!
    const { channels } = await decodeAudio(await readFile(clips[0]!.path))
    const changed = await augment(
      toMono(channels),
      16000,
      noisy.copies![0]!,
      seedrandom.alea(`0/${clips[0]!.id}/1`),
      await loadRecordings([noise], 16000),
    )
    const expected = (await createFrontEnd(frontEnd)).compute(changed).data
    expect(first.features.slice(0, 40 * 50)).toEqual(expected.slice(0, 40 * 50))
    await copyFile(clips[1]!.path, noise)
    expect((await extract(noisy, { of })).examples[1]!.features).not.toEqual(first.features)
    await expect(extract({ ...noisy, recordings: [] }, { of })).rejects.toThrow(/name their folder/)
  })

  it('fail as a whole, on threads too, for a fault that is no clip’s', async () => {
    const silent = join(folder, 'rain_1-1-A.wav')
    await writeFile(silent, writeWav([new Float32Array(1600)]))
    const noisy: ExtractSettings = {
      ...plain,
      copies: [[{ kind: 'noise', snr: [0, 0], from: 'recordings' }]],
      recordings: [silent],
    }
    for (const jobs of [1, 2]) {
      await expect(extract(noisy, { jobs })).rejects.toThrow(
        expect.objectContaining({
          name: 'TrainingError',
          message: expect.stringMatching(/rain_1-1-A\.wav is silent/),
        }),
      )
    }
  })
})

describe('the cache', () => {
  it('is read: what it holds is what comes', async () => {
    const { examples } = await extract()
    const files = await kept()
    expect(files.length).toBe(3)
    expect(files.every((name) => /^[0-9a-f]{64}\.f32$/.test(name))).toBe(true)
    // The same digest and values under another clip's key.
    const [a, b] = files.map((name) => join(cache, name))
    await copyFile(a!, b!)
    const lengths = (await extract()).examples.map(({ features }) => features.length)
    expect(new Set(lengths).size).toBeLessThan(
      new Set(examples.map(({ features }) => features.length)).size,
    )
  })

  it('takes nothing for whole that is cut off, damaged or empty, and mends it', async () => {
    const { examples } = await extract()
    const files = await kept()
    const whole = await Promise.all(files.map((name) => readFile(join(cache, name))))
    const damages: ((bytes: Buffer) => Uint8Array)[] = [
      (bytes) => bytes.subarray(0, bytes.length - 4),
      (bytes) => bytes.subarray(0, 32 + 40 * 4 * 10),
      (bytes) => bytes.subarray(0, 32),
      () => new Uint8Array(0),
      (bytes) => Buffer.concat([bytes, Buffer.alloc(4)]),
      (bytes) => {
        const changed = Buffer.from(bytes)
        changed[bytes.length >> 1]! ^= 1
        return changed
      },
    ]
    for (const damage of damages) {
      for (const [i, name] of files.entries()) await writeFile(join(cache, name), damage(whole[i]!))
      expect((await extract()).examples).toEqual(examples)
      for (const [i, name] of files.entries()) {
        expect((await readFile(join(cache, name))).equals(whole[i]!)).toBe(true)
      }
    }
    expect(warnings).toEqual([])
    expect(await kept()).toEqual(files)
  })

  it.runIf(existsSync('/dev/full'))(
    'goes on without on a full disk, warns once, and leaves nothing half-written',
    async () => {
      const { examples } = await extract()
      const files = await kept()
      await rm(cache, { recursive: true })
      await mkdir(cache)
      // Whatever is written there, the system says that the disk is full.
      const full = files.map((name) => `${name}.${hostname()}-${process.pid}-${threadId}.partial`)
      for (const name of full) await symlink('/dev/full', join(cache, name))
      expect((await extract()).examples).toEqual(examples)
      expect(warnings.length).toBe(1)
      expect(warnings[0]).toMatch(/can't be kept in .*cache \(.*no space left on device.*\)/)
      expect(warnings[0]).toMatch(/the next run will compute them again\. Make room there/)
      // What it tried to write is gone; after the warning it tried no more.
      expect((await kept()).length).toBe(files.length - 1)
      expect((await kept()).every((name) => full.includes(name))).toBe(true)
    },
  )

  it('goes on without where the folder cannot be made', async () => {
    await writeFile(cache, 'a file, where a folder should be')
    const { examples } = await extract()
    expect(examples.length).toBe(3)
    expect(warnings.length).toBe(1)
    expect(warnings[0]).toMatch(/can't be kept in /)
  })

  it('warns once for all threads', async () => {
    const { examples } = await extract()
    const files = await kept()
    await rm(cache, { recursive: true })
    // Nothing can be renamed to what is a folder.
    for (const name of files) await mkdir(join(cache, name, 'inside'), { recursive: true })
    expect((await extract(plain, { jobs: 3 })).examples).toEqual(examples)
    expect(warnings.length).toBe(1)
    expect(await kept()).toEqual(files)
  })
})

describe('a silent frame', () => {
  const kinds: FeatureKind[] = [
    ...(['log-mel', 'mfcc', 'mel', 'chroma', 'contrast', 'tonnetz', 'zero-crossing-rate'] as const),
    ...(['rms', 'centroid', 'bandwidth', 'rolloff', 'flatness', 'flux', 'f0'] as const),
  ]

  it.each(kinds)('of %s is what a device computes of zeros', async (feature) => {
    for (const center of [true, false]) {
      const settings = { ...frontEnd, feature, center }
      const { data, frames, bins } = (await createFrontEnd(settings)).compute(
        new Float32Array(16000),
      )
      expect(frames).toBeGreaterThan(50)
      const silent = silentFrame(settings)
      for (let frame = 0; frame < frames; frame++) {
        expect(data.slice(frame * bins, (frame + 1) * bins)).toEqual(silent)
      }
    }
  })

  it('of log-mel is amin in dB; of several features, one after the other', () => {
    expect(silentFrame(frontEnd).length).toBe(40)
    for (const value of silentFrame(frontEnd)) expect(value).toBeCloseTo(-100, 4)
    const several = silentFrame({ ...frontEnd, feature: ['rms', 'log-mel', 'mfcc'] })
    expect(several.length).toBe(1 + 40 + 40)
    expect(several[0]).toBe(0)
    expect(several[1]).toBeCloseTo(-100, 4)
    expect(several[41]).toBeCloseTo(-100 * Math.sqrt(40), 2)
  })
})
