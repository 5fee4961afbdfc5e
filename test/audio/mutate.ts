import { checksum } from '../../src/audio/ogg-pages.ts'

/** A small seeded generator (mulberry32): 0 ≤ x < 1. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Damages a file: changed, inserted, removed and repeated bytes, or a cut. */
export function mutate(file: Uint8Array, next: () => number): Uint8Array {
  let bytes = new Uint8Array(file)
  const times = 1 + Math.floor(next() ** 3 * 20)
  for (let i = 0; i < times; i++) {
    // Half of the damage falls on the header, where most of the decisions are made.
    const span = next() < 0.5 ? Math.min(bytes.length, 200) : bytes.length
    const at = Math.floor(next() * span)
    const kind = next()
    if (kind < 0.4) {
      bytes[at] = next() * 256
    } else if (kind < 0.6) {
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(next() * 8))
    } else if (kind < 0.75) {
      bytes.fill([0, 0x7f, 0x80, 0xff][Math.floor(next() * 4)] as number, at, at + 1 + next() * 8)
    } else if (kind < 0.85) {
      bytes = bytes.slice(0, at)
    } else {
      const length = Math.floor(next() * 64)
      const from = kind < 0.93 ? at + length : Math.max(0, at - length)
      const joined = new Uint8Array(at + Math.max(0, bytes.length - from))
      joined.set(bytes.subarray(0, at))
      joined.set(bytes.subarray(from), at)
      bytes = joined
    }
  }
  return bytes
}

/** Makes the checksums of all pages right again, so that the damage reaches the decoder. */
export function fixOggChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 27 <= bytes.length && bytes[at] === 0x4f; ) {
    const lacing = bytes.subarray(at + 27, at + 27 + (bytes[at + 26] as number))
    const end = lacing.reduce((sum, length) => sum + length, at + 27 + lacing.length)
    if (end > bytes.length) return
    view.setUint32(at + 22, checksum(bytes, at, end), true)
    at = end
  }
}
