import { align, type Heap } from './lowering/heap.ts'
import type { KernelName } from './lowering/kernels.ts'
import type { Lowered } from './lowering/lower.ts'
import { lower } from './lowering/lower.ts'
import type { Place, Step, Word } from './lowering/plan-writer.ts'
import type { Storage, View } from './lowering/view.ts'
import type { Weights } from './lowering/weights.ts'
import type { Program } from './program.ts'
import { sizeOf } from './tensor.ts'

/** A program with all memory laid out: calls, one after the other. */
export interface Plan {
  inputs: Map<string, Placed>
  outputs: Map<string, Placed>
  calls: Call[]
  /** What must be in memory before the calls, from `at` on. */
  image: Uint8Array
  at: number
}

export interface Placed {
  shape: readonly number[]
  at: number
  count: number
}

export interface Call {
  kernel: KernelName
  run: (...numbers: number[]) => void
  numbers: number[]
  from: string
  work: number
}

/** Memory that plans take turns in. */
export class Arena {
  readonly #heap: Heap
  #at = 0
  #bytes = 0

  constructor(heap: Heap) {
    this.#heap = heap
  }

  /** So many bytes; what another plan had there is lost. */
  take(bytes: number): number {
    if (bytes > this.#bytes) {
      // By halves at least, so that ever larger plans leave little behind.
      const more = Math.max(bytes, Math.ceil(this.#bytes * 1.5))
      this.#at = this.#heap.reserve(more)
      // Only now: where there is no more memory, what was there stays as it was.
      this.#bytes = more
    }
    return this.#at
  }
}

export function makePlan(program: Program, weights: Weights, heap: Heap, arena: Arena): Plan {
  const lowered = lower(program, weights)
  const { steps, constants } = lowered.write
  // First numbers for kernels and constants, which stay as they are; then what a run writes.
  let bytes = 0
  const blocks = steps.map(({ arguments: words }) =>
    words.map((word) => {
      if (!Array.isArray(word)) return 0
      const at = bytes
      bytes += word.length * 4
      return at
    }),
  )
  const fixed = constants.map(({ storage }) => {
    const at = align(bytes)
    bytes = at + storage.bytes
    return at
  })
  const start = align(bytes)
  const known = new Set(constants.map(({ storage }) => storage))
  const { places, size } = layOut(lowered, known)
  const at = arena.take(start + size)
  for (const [storage, place] of places) storage.address = at + start + place
  constants.forEach(({ storage }, n) => {
    storage.address = at + (fixed[n] as number)
  })

  const image = new Uint8Array(start)
  const view = new DataView(image.buffer)
  constants.forEach(({ data }, n) => {
    data.forEach((value, k) => {
      view.setFloat32((fixed[n] as number) + k * 4, value, true)
    })
  })
  const calls = steps.map(({ kernel, arguments: words, from, work }, n): Call => {
    const numbers = words.map((word, k) => {
      if (!Array.isArray(word)) return resolve(word)
      const block = blocks[n]?.[k] as number
      word.forEach((one, index) => {
        if (typeof one === 'object' && 'float' in one) {
          view.setFloat32(block + index * 4, one.float, true)
        } else view.setInt32(block + index * 4, resolve(one), true)
      })
      return at + block
    })
    const run = heap.kernels[kernel] as (...numbers: number[]) => void
    return { kernel, run, numbers, from, work }
  })
  const placed = (views: Map<string, View>) =>
    new Map(
      Array.from(views, ([name, { shape, storage }]): [string, Placed] => [
        name,
        { shape, at: storage.address, count: sizeOf(shape) },
      ]),
    )
  return { inputs: placed(lowered.inputs), outputs: placed(lowered.outputs), calls, image, at }
}

function resolve(word: Word): number {
  if (typeof word === 'number') return word
  if ('float' in word) return word.float
  return word.storage.address + word.bytes
}

/** A place for each storage that steps write, shared by those that are not needed at once. */
function layOut(
  { inputs, outputs, write: { steps } }: Lowered,
  known: ReadonlySet<Storage>,
): { places: Map<Storage, number>; size: number } {
  const first = new Map<Storage, number>()
  const last = new Map<Storage, number>()
  const use = (storage: Storage, step: number) => {
    // Constants in the heap have their address.
    if (known.has(storage) || storage.address !== 0) return
    if (!first.has(storage)) first.set(storage, step)
    last.set(storage, step)
  }
  for (const { storage } of inputs.values()) use(storage, -1)
  steps.forEach((step, n) => {
    for (const { storage } of placesIn(step)) use(storage, n)
  })
  for (const { storage } of outputs.values()) use(storage, steps.length)

  const ends = Array.from({ length: steps.length + 2 }, (): Storage[] => [])
  for (const [storage, step] of last) ends[step + 1]?.push(storage)
  const starts = [...first].sort(([, a], [, b]) => a - b)
  const places = new Map<Storage, number>()
  let holes: { at: number; bytes: number }[] = []
  let size = 0
  let ended = 0
  for (const [storage, step] of starts) {
    for (; ended <= step; ++ended) {
      for (const over of ends[ended] ?? []) {
        holes.push({ at: places.get(over) as number, bytes: align(over.bytes) })
      }
      holes = joined(holes)
    }
    const bytes = align(storage.bytes)
    const fitting = holes.filter((hole) => hole.bytes >= bytes)
    const hole = fitting.sort((a, b) => a.bytes - b.bytes)[0]
    if (hole) {
      places.set(storage, hole.at)
      hole.at += bytes
      hole.bytes -= bytes
    } else {
      // A hole at the very end can grow.
      const tail = holes.find(({ at, bytes: room }) => at + room === size)
      const at = tail ? tail.at : size
      if (tail) tail.bytes = 0
      places.set(storage, at)
      size = at + bytes
    }
  }
  return { places, size }
}

function joined(holes: { at: number; bytes: number }[]) {
  const sorted = holes.filter(({ bytes }) => bytes > 0).sort((a, b) => a.at - b.at)
  const made: typeof holes = []
  for (const hole of sorted) {
    const before = made.at(-1)
    if (before && before.at + before.bytes === hole.at) before.bytes += hole.bytes
    else made.push(hole)
  }
  return made
}

function* placesIn({ arguments: words }: Step): Generator<Place> {
  for (const word of words.flat()) {
    if (typeof word === 'object' && 'storage' in word) yield word
  }
}
