/** A sample format that a WAV file can have. */
export type SampleFormat = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw'

export interface WavOptions {
  sampleRate?: number
  format?: SampleFormat
  /** `WAVE_FORMAT_EXTENSIBLE` header. */
  extensible?: boolean
  container?: 'RIFF' | 'RIFX' | 'RF64'
  /** What the header says instead of the real length of the samples. */
  dataSize?: number
  riffSize?: number
  /** Chunks before the samples, by name, with as many bytes. */
  chunks?: Record<string, number>
  /** What the header says instead of the number of channels. */
  channels?: number
}

const BYTES: Record<SampleFormat, number> = {
  u8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  alaw: 1,
  mulaw: 1,
}
const TAGS: Record<SampleFormat, number> = {
  u8: 1,
  s16: 1,
  s24: 1,
  s32: 1,
  f32: 3,
  f64: 3,
  alaw: 6,
  mulaw: 7,
}

/**
 * Writes a WAV file.
 * @param channels samples as they are stored: integers of the format's width, or floats
 */
export function writeWav(
  channels: readonly ArrayLike<number>[],
  options: WavOptions = {},
): Uint8Array {
  const { sampleRate = 16_000, format = 's16', extensible = false, container = 'RIFF' } = options
  const little = container !== 'RIFX'
  const width = BYTES[format]
  const count = options.channels ?? channels.length
  const frames = channels[0]?.length ?? 0
  const dataSize = frames * channels.length * width
  const bytes: number[] = []
  const text = (value: string) => bytes.push(...[...value].map((c) => c.charCodeAt(0)))
  const number = (value: number, size: number) => {
    const view = new DataView(new ArrayBuffer(size))
    if (size === 2) view.setUint16(0, value, little)
    else view.setUint32(0, value, little)
    bytes.push(...new Uint8Array(view.buffer))
  }
  const extra = Object.values(options.chunks ?? {}).reduce((sum, n) => sum + 8 + n + (n & 1), 0)
  const fmtSize = extensible ? 40 : 16
  const total = 4 + 8 + fmtSize + extra + 8 + dataSize + (container === 'RF64' ? 36 : 0)

  text(container)
  number(container === 'RF64' ? 0xffffffff : (options.riffSize ?? total), 4)
  text('WAVE')
  if (container === 'RF64') {
    text('ds64')
    number(28, 4)
    number(total, 4)
    number(0, 4)
    number(dataSize, 4)
    number(0, 4)
    number(frames, 4)
    number(0, 4)
    number(0, 4)
  }
  for (const [name, size] of Object.entries(options.chunks ?? {})) {
    text(name)
    number(size, 4)
    for (let i = 0; i < size + (size & 1); i++) bytes.push(i & 0x7f)
  }
  text('fmt ')
  number(fmtSize, 4)
  number(extensible ? 0xfffe : TAGS[format], 2)
  number(count, 2)
  number(sampleRate, 4)
  number(sampleRate * count * width, 4)
  number((count * width) & 0xffff, 2)
  number(width * 8, 2)
  if (extensible) {
    number(22, 2)
    number(width * 8, 2)
    number(0, 4)
    number(TAGS[format], 2)
    bytes.push(0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71)
  }
  text('data')
  number(options.dataSize ?? (container === 'RF64' ? 0xffffffff : dataSize), 4)

  const data = new DataView(new ArrayBuffer(dataSize))
  let at = 0
  for (let i = 0; i < frames; i++) {
    for (const channel of channels) {
      const value = channel[i] as number
      if (format === 'f32') data.setFloat32(at, value, little)
      else if (format === 'f64') data.setFloat64(at, value, little)
      else if (format === 's16') data.setInt16(at, value, little)
      else if (format === 's32') data.setInt32(at, value, little)
      else if (format === 's24') {
        for (let b = 0; b < 3; b++)
          data.setUint8(at + (little ? b : 2 - b), (value >> (8 * b)) & 255)
      } else data.setUint8(at, value)
      at += width
    }
  }
  const file = new Uint8Array(bytes.length + dataSize)
  file.set(bytes)
  file.set(new Uint8Array(data.buffer), bytes.length)
  return file
}
