/**
 * What a frame or a sandbox made is no instance of our classes: its name tells, and a view of the
 * same memory makes it one of ours.
 * @module
 */

/** The bytes of an ArrayBuffer or a Uint8Array, not copied; nothing for anything else. */
export function asBytes(input: unknown): Uint8Array | undefined {
  if (input instanceof Uint8Array) return input
  if (isNamed<ArrayBuffer>(input, 'ArrayBuffer')) return new Uint8Array(input)
  if (!isNamed<Uint8Array>(input, 'Uint8Array')) return undefined
  return new Uint8Array(input.buffer, input.byteOffset, input.length)
}

/** The samples of a Float32Array, not copied; nothing for anything else. */
export function asSamples(input: unknown): Float32Array | undefined {
  if (input instanceof Float32Array) return input
  if (!isNamed<Float32Array>(input, 'Float32Array')) return undefined
  return new Float32Array(input.buffer, input.byteOffset, input.length)
}

const isNamed = <Type>(input: unknown, name: string): input is Type =>
  Object.prototype.toString.call(input) === `[object ${name}]`
