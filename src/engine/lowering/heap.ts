import { UndertoneError } from '../../error.ts'
import type { Kernels } from './kernels.ts'

/** The module's memory, handed out from the bottom up and never given back. */
export class Heap {
  readonly kernels: Kernels
  #top: number

  constructor(kernels: Kernels) {
    this.kernels = kernels
    this.#top = kernels.heapBase()
  }

  get bytes(): number {
    return this.kernels.memory.buffer.byteLength
  }

  /** @throws {UndertoneError} `engine-failed` when there is no more */
  reserve(bytes: number): number {
    const start = align(this.#top)
    this.#grow(start + bytes)
    this.#top = start + bytes
    return start
  }

  keep(data: Float32Array | Int32Array): number {
    const at = this.reserve(data.byteLength)
    this.write(at, data)
    return at
  }

  write(at: number, data: Float32Array | Int32Array | Uint8Array) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    new Uint8Array(this.kernels.memory.buffer, at, bytes.length).set(bytes)
  }

  /** Has numbers in memory for a while, and room for so many bytes more. */
  borrow(data: Float32Array, bytes: number, use: (at: number, room: number) => void) {
    const start = align(this.#top)
    const room = align(start + data.byteLength)
    this.#grow(room + bytes)
    this.write(start, data)
    use(start, room)
  }

  #grow(end: number) {
    // Blocks may be read a little beyond the end of what they are of.
    const missing = Math.ceil((end + 256 - this.bytes) / 65536)
    if (missing <= 0) return
    try {
      this.kernels.memory.grow(missing)
    } catch (cause) {
      throw new UndertoneError(
        'engine-failed',
        `There is not enough memory for this model: ${end} bytes are needed. Close other pages, or take a smaller model.`,
        { cause },
      )
    }
  }
}

/** To lines of caches, so that blocks of 16 numbers lie in one each. */
export const align = (bytes: number) => (bytes + 63) & ~63
