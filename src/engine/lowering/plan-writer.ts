import type { Tensor } from '../tensor.ts'
import { rowMajor } from '../tensor.ts'
import type { KernelName } from './kernels.ts'
import { unaryCodes } from './kernels.ts'
import { joinedAxes, type Margin, noMargin, type Storage, type View } from './view.ts'
import type { Weights } from './weights.ts'

/** A place in a storage. */
export interface Place {
  storage: Storage
  bytes: number
}

/** A number that a kernel gets: whole, a float by its bits, or an address. */
export type Word = number | { float: number } | Place

export interface Step {
  kernel: KernelName
  /** A list is put into memory, and the kernel gets its address. */
  arguments: (Word | Word[])[]
  /** The node that it comes from. */
  from: string
  /** Multiplications with additions that the operation takes as it is defined. */
  work: number
}

/** Axes from the slowest to the fastest, and the margins around. */
export interface Layout {
  order: readonly number[]
  margins: readonly Margin[]
}

/** Takes down the steps of a plan, and what memory they need. */
export class PlanWriter {
  readonly steps: Step[] = []
  readonly weights: Weights
  /** Constants of this plan alone. */
  readonly constants: { storage: Storage; data: Float32Array }[] = []
  readonly #own = new Map<Tensor, Storage>()
  from = ''

  constructor(weights: Weights) {
    this.weights = weights
  }

  step(kernel: KernelName, words: (Word | Word[])[], work = 0) {
    this.steps.push({ kernel, arguments: words, from: this.from, work })
  }

  /** New memory for numbers of a shape, whose margins are zeros. */
  allocate(shape: readonly number[], layout?: Layout): View {
    const order = layout?.order ?? shape.map((_, axis) => axis)
    const margins = shape.map((_, axis) => layout?.margins[axis] ?? noMargin)
    const strides = new Array<number>(shape.length)
    let step = 1
    let offset = 0
    for (const axis of [...order].reverse()) {
      const [before, after] = margins[axis] as Margin
      strides[axis] = step
      offset += before * step
      step *= (shape[axis] as number) + before + after
    }
    // Blocks of 16 may be read beyond the end.
    const storage = { bytes: step * 4 + 64, address: 0 }
    const view = { storage, offset, shape, strides, margins }
    if (offset > 0 || margins.some(([, after]) => after > 0)) this.#clear(view, order, step)
    return view
  }

  /** Makes the margins zeros, which whatever lay there before did not leave. */
  #clear({ storage, shape, margins, strides }: View, order: readonly number[], size: number) {
    const wide = order.filter((axis) => (margins[axis] as Margin).some((count) => count > 0))
    const [first, second, ...more] = wide
    const place = { storage, bytes: 0 }
    if (first === undefined || more.length > 0) {
      this.step('clear', [place, 1, size * 4, 0, 0, size * 4, 0, 0, 0])
      return
    }
    // Of two axes, or one: lines before and after, and what is beside each line between.
    const whole = (axis: number) => {
      const [before, after] = margins[axis] as Margin
      return ((shape[axis] as number) + before + after) * (strides[axis] as number) * 4
    }
    const beside = second ?? first
    const [left, right] = (margins[beside] as Margin).map(
      (count) => count * (strides[beside] as number) * 4,
    ) as [number, number]
    const row = whole(beside)
    if (second === undefined) {
      const rows = (size * 4) / row
      this.step('clear', [place, 1, size * 4, rows, row, 0, 0, left, right])
      return
    }
    const image = whole(first)
    const line = (strides[first] as number) * 4
    const [top, bottom] = (margins[first] as Margin).map((count) => count * line) as [
      number,
      number,
    ]
    // Axes between the two take part as more rows.
    const rows = ((shape[first] as number) * line) / row
    this.step('clear', [place, (size * 4) / image, image, rows, row, top, bottom, left, right])
  }

  /** A constant's numbers, row by row. */
  constant(tensor: Tensor, ofShape: boolean): View {
    const { shape } = tensor
    const strides = rowMajor(shape)
    const margins = shape.map(() => noMargin)
    if (!ofShape) {
      const storage = { bytes: tensor.data.length * 4, address: this.weights.plain(tensor) }
      return { storage, offset: 0, shape, strides, margins }
    }
    let storage = this.#own.get(tensor)
    if (!storage) {
      storage = { bytes: tensor.data.length * 4 + 64, address: 0 }
      this.#own.set(tensor, storage)
      this.constants.push({ storage, data: Float32Array.from(tensor.data) })
    }
    return { storage, offset: 0, shape, strides, margins }
  }

  /** A kernel number by number over views of one shape. */
  loop(
    kernel: 'unary' | 'binary' | 'select',
    code: number,
    inputs: readonly View[],
    y: View,
    parameters: readonly number[] = [],
  ) {
    const all = [...inputs, y]
    const sorted = slowestFirst(y)
    const by = (list: readonly number[]) => sorted.map((axis) => list[axis] as number)
    const axes = joinedAxes(
      by(y.shape),
      all.map(({ strides }) => by(strides)),
    )
    if (axes.length === 0) axes.push({ size: 1, strides: all.map(() => 1) })
    const places = inputs.map((view): Word => ({ storage: view.storage, bytes: view.offset * 4 }))
    while (places.length < 3) places.push(0)
    const words: Word[] = [
      axes.length,
      code,
      ...places,
      { storage: y.storage, bytes: y.offset * 4 },
      ...[0, 1, 2].map((n) => ({ float: parameters[n] ?? 0 })),
    ]
    for (const { size, strides } of axes) {
      const steps = strides.map((stride) => stride * 4)
      const own = steps.slice(0, -1)
      while (own.length < 3) own.push(0)
      words.push(size, ...own, steps.at(-1) as number, 0)
    }
    this.step(kernel, [words])
  }

  copy(from: View, to: View) {
    this.loop('unary', unaryCodes.copy, [from], to)
  }

  /** The same numbers in new memory. */
  copied(view: View, layout?: Layout): View {
    const made = this.allocate(view.shape, layout)
    this.copy(view, made)
    return made
  }
}

/** Axes by how far apart their numbers lie. */
export function slowestFirst({ shape, strides }: View): number[] {
  return shape
    .map((_, axis) => axis)
    .sort((a, b) => {
      const [first, second] = [strides[a] as number, strides[b] as number]
      return second - first || (shape[b] as number) - (shape[a] as number) || a - b
    })
}
