import { expect, it } from 'vitest'
import { checkSamples, decodeAudio, toMono } from '../../src/audio/index.ts'
import { asFloats, chirp } from './chirp.ts'
import { refusal } from './refusal.ts'
import { writeWav } from './wav-writer.ts'

const text = (value: string) => new TextEncoder().encode(value)

it.each<[string, Uint8Array, string]>([
  ['an empty file', new Uint8Array(), 'audio-empty'],
  ['one byte', new Uint8Array(1), 'audio-unrecognized'],
  [
    'a text file',
    text('this is a text file, whatever its name\n'.repeat(99)),
    'audio-unrecognized',
  ],
  ['UTF-16 text', new Uint8Array([0xff, 0xfe, 0x68, 0, 0x69, 0]), 'audio-unrecognized'],
  ['zeros', new Uint8Array(10_000), 'audio-unrecognized'],
  ['an AVI', text('RIFF\x10\0\0\0AVI LIST'), 'audio-unrecognized'],
  ['a PNG', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), 'audio-unrecognized'],
  ['RIFF alone', text('RIFF'), 'audio-truncated'],
  ['a WAV without chunks', text('RIFF\x04\0\0\0WAVE'), 'audio-truncated'],
  ['fLaC alone', text('fLaC'), 'audio-truncated'],
  ['OggS alone', text('OggS'), 'audio-truncated'],
  ['an ID3 tag alone', text('ID3\x04\0\0\0\0\0\x7f'), 'audio-truncated'],
])('refuses %s, and reads the next file', async (_, bytes, code) => {
  expect(await refusal(decodeAudio(bytes))).toBe(code)
  const channels = chirp(8000, 0.02, 1)
  expect((await decodeAudio(writeWav(channels))).channels).toEqual(channels.map(asFloats))
})

it.each([undefined, null, 'file.wav', 42, {}, new Float32Array(4), [1, 2, 3]])(
  'refuses %s in place of bytes',
  async (input) => {
    expect(await refusal(decodeAudio(input as unknown as Uint8Array))).toBe('input-invalid')
  },
)

it('does nothing once aborted', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(decodeAudio(writeWav(chirp(8000, 0.02, 1)), { signal })).rejects.toMatchObject({
    code: 'aborted',
    cause: expect.objectContaining({ message: 'enough' }),
  })
})

it('leaves the input as it was', async () => {
  const file = writeWav(chirp(8000, 0.02, 2))
  const before = file.slice()
  await decodeAudio(file)
  expect(file).toEqual(before)
})

it('mixes to the mean of all channels', () => {
  const left = new Float32Array([1, 0, -0.5])
  const right = new Float32Array([0, 0.5, -0.5])
  expect(toMono([left, right])).toEqual(new Float32Array([0.5, 0.25, -0.5]))
  expect(toMono([left])).toBe(left)
  expect(() => toMono([])).toThrow(expect.objectContaining({ code: 'audio-empty' }))
})

it('checks samples that were given directly', () => {
  expect(() => checkSamples(new Float32Array([0, 1, -1, 3e38]))).not.toThrow()
  for (const [samples, code] of [
    [[], 'audio-empty'],
    [[0, Number.NaN], 'audio-not-finite'],
    [[Number.POSITIVE_INFINITY], 'audio-not-finite'],
  ] as const) {
    expect(() => checkSamples(new Float32Array(samples))).toThrow(expect.objectContaining({ code }))
  }
})
