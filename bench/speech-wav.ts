/**
 * A WAV file with something like speech in it: a voice's harmonics, in syllables, with breath.
 * The time to answer doesn't depend on what is said.
 * @returns 16-bit PCM
 */
export function speechWav(seconds: number, sampleRate: number, channels: number): Uint8Array {
  const frames = Math.round(seconds * sampleRate)
  const bytes = new DataView(new ArrayBuffer(44 + frames * channels * 2))
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) bytes.setUint8(at + i, value.charCodeAt(i))
  }
  text(0, 'RIFF')
  bytes.setUint32(4, bytes.byteLength - 8, true)
  text(8, 'WAVEfmt ')
  bytes.setUint32(16, 16, true)
  bytes.setUint16(20, 1, true)
  bytes.setUint16(22, channels, true)
  bytes.setUint32(24, sampleRate, true)
  bytes.setUint32(28, sampleRate * channels * 2, true)
  bytes.setUint16(32, channels * 2, true)
  bytes.setUint16(34, 16, true)
  text(36, 'data')
  bytes.setUint32(40, frames * channels * 2, true)
  let noise = 1
  for (let frame = 0; frame < frames; frame++) {
    const time = frame / sampleRate
    const pitch = 2 * Math.PI * (130 * time + 4 * Math.sin(3 * time))
    let voice = 0
    for (let harmonic = 1; harmonic <= 12; harmonic++)
      voice += Math.sin(harmonic * pitch) / harmonic
    noise = (Math.imul(noise, 1664525) + 1013904223) | 0
    const syllable = Math.sin(2 * Math.PI * 2 * time) ** 2
    const sample = (0.2 * voice + 0.02 * (noise / 2 ** 31)) * syllable
    for (let channel = 0; channel < channels; channel++) {
      bytes.setInt16(44 + 2 * (frame * channels + channel), Math.round(sample * 20000), true)
    }
  }
  return new Uint8Array(bytes.buffer)
}
