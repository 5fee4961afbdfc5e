/**
 * Reads protocol buffers: field by field, never out of bounds.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
import { UndertoneError } from '../error.ts'

/** @throws {UndertoneError} `model-invalid` */
export function refuse(what: string): never {
  throw new UndertoneError(
    'model-invalid',
    `This is not an ONNX model that can be read: ${what}. Fetch or convert it again.`,
  )
}

/** One field: a number by its bits, or bytes. */
export interface Field {
  number: number
  wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32'
  /** Of `varint`, `fixed64` and `fixed32`. */
  bits: bigint
  /** Of `bytes`: a view, not a copy. */
  bytes: Uint8Array
}

const none = new Uint8Array(0)

/** The fields of a message, in order. */
export function* fields(message: Uint8Array): Generator<Field> {
  const reader = new Reader(message)
  while (!reader.atEnd) {
    const key = reader.small()
    const number = Math.floor(key / 8)
    if (number < 1 || number > 0x1fffffff) refuse(`it has a field of number ${number}`)
    switch (key % 8) {
      case 0:
        yield { number, wire: 'varint', bits: reader.varint(), bytes: none }
        break
      case 1:
        yield { number, wire: 'fixed64', bits: reader.fixed(8), bytes: none }
        break
      case 2:
        yield { number, wire: 'bytes', bits: 0n, bytes: reader.bytes(reader.small()) }
        break
      case 5:
        yield { number, wire: 'fixed32', bits: reader.fixed(4), bytes: none }
        break
      default:
        refuse(`field ${number} has a type that is unknown`)
    }
  }
}

/** Varints side by side. */
export function* varints(packed: Uint8Array): Generator<bigint> {
  const reader = new Reader(packed)
  while (!reader.atEnd) yield reader.varint()
}

class Reader {
  readonly #view: DataView
  readonly #all: Uint8Array
  #at = 0

  constructor(all: Uint8Array) {
    this.#all = all
    this.#view = new DataView(all.buffer, all.byteOffset, all.byteLength)
  }

  get atEnd() {
    return this.#at >= this.#all.length
  }

  /** Unsigned, 64 bits. */
  varint(): bigint {
    let low = 0
    let value = 0n
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.atEnd) refuse('it is cut off')
      const byte = this.#all[this.#at++] as number
      // Most are short: numbers do for them.
      if (shift < 28) low += (byte & 127) * 2 ** shift
      else value |= BigInt(byte & 127) << BigInt(shift)
      if (byte < 128) return BigInt.asUintN(64, value | BigInt(low))
    }
    return refuse('it has a number of more than 64 bits')
  }

  /** A varint that is a size or tells a field: most are of a byte, and numbers do for them. */
  small(): number {
    const byte = this.#all[this.#at]
    if (byte === undefined || byte > 127) return Number(this.varint())
    this.#at += 1
    return byte
  }

  fixed(count: 4 | 8): bigint {
    if (this.#at + count > this.#all.length) refuse('it is cut off')
    const at = this.#at
    this.#at += count
    return count === 8 ? this.#view.getBigUint64(at, true) : BigInt(this.#view.getUint32(at, true))
  }

  bytes(count: number): Uint8Array {
    if (count > this.#all.length - this.#at) refuse('it is cut off')
    const start = this.#at
    this.#at += count
    return this.#all.subarray(start, this.#at)
  }
}
