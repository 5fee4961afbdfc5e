import { rowMajor } from '../tensor.ts'

/** A stretch of memory that a run writes: it has an address once all are known. */
export interface Storage {
  bytes: number
  address: number
}

/** Numbers in memory, by strides. */
export interface View {
  storage: Storage
  /** Elements from the storage's start to the first number. */
  offset: number
  shape: readonly number[]
  /** Elements from one to the next along each axis. */
  strides: readonly number[]
  /** Zeros that may be read before and after it along each axis. */
  margins: readonly Margin[]
}

export type Margin = readonly [before: number, after: number]

export const noMargin: Margin = [0, 0]

export const address = ({ storage, offset }: View) => ({ storage, bytes: offset * 4 })

/** All of it side by side, row by row? */
export function isRowMajor({ shape, strides }: View): boolean {
  const dense = rowMajor(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis])
}

export function permuted(view: View, order: readonly number[]): View {
  const by = <T>(list: readonly T[]) => order.map((axis) => list[axis] as T)
  return {
    ...view,
    shape: by(view.shape),
    strides: by(view.strides),
    margins: by(view.margins),
  }
}

export function sliced(
  view: View,
  starts: readonly number[],
  steps: readonly number[],
  shape: readonly number[],
): View {
  return {
    storage: view.storage,
    offset: view.strides.reduce(
      (at, stride, axis) => at + stride * (starts[axis] as number),
      view.offset,
    ),
    shape,
    strides: view.strides.map((stride, axis) => stride * (steps[axis] as number)),
    margins: shape.map(() => noMargin),
  }
}

export function expanded(view: View, shape: readonly number[]): View {
  const lead = shape.length - view.shape.length
  const of = (n: number) => n >= lead && view.shape[n - lead] === shape[n]
  return {
    ...view,
    shape,
    strides: shape.map((_, n) => (of(n) ? (view.strides[n - lead] as number) : 0)),
    margins: shape.map((_, n) => (of(n) ? (view.margins[n - lead] as Margin) : noMargin)),
  }
}

/** The same numbers in another shape, where strides can tell it. */
export function reshaped(view: View, shape: readonly number[]): View | undefined {
  const old = view.shape.flatMap((size, axis) => (size === 1 ? [] : [axis]))
  const strides = new Array<number>(shape.length).fill(0)
  const margins = new Array<Margin>(shape.length).fill(noMargin)
  let from = 0
  let to = 0
  while (from < old.length || to < shape.length) {
    // Next groups of axes with as many numbers on both sides.
    const fromStart = from
    const toStart = to
    let left = 1
    let right = 1
    if (from < old.length) left *= view.shape[old[from++] as number] as number
    if (to < shape.length) right *= shape[to++] as number
    while (left !== right) {
      if (left < right) {
        if (from >= old.length) return undefined
        left *= view.shape[old[from++] as number] as number
      } else {
        if (to >= shape.length) return undefined
        right *= shape[to++] as number
      }
    }
    const group = old.slice(fromStart, from)
    for (let n = 1; n < group.length; ++n) {
      const [outer, inner] = [group[n - 1] as number, group[n] as number]
      const step = (view.strides[inner] as number) * (view.shape[inner] as number)
      if (view.strides[outer] !== step) return undefined
    }
    let stride = group.length ? (view.strides[group.at(-1) as number] as number) : 0
    for (let axis = to - 1; axis >= toStart; --axis) {
      strides[axis] = stride
      stride *= shape[axis] as number
    }
    if (group.length === 1) {
      const axis = shape.findIndex((size, n) => n >= toStart && n < to && size !== 1)
      const alone = shape.slice(toStart, to).filter((size) => size !== 1).length === 1
      if (alone) margins[axis] = view.margins[group[0] as number] as Margin
    }
  }
  return { storage: view.storage, offset: view.offset, shape, strides, margins }
}

/** Sizes and strides of some arrays of one shape, with axes joined where they follow each other. */
export function joinedAxes(
  shape: readonly number[],
  arrays: readonly (readonly number[])[],
): { size: number; strides: number[] }[] {
  const axes: { size: number; strides: number[] }[] = []
  shape.forEach((size, axis) => {
    if (size === 1) return
    const strides = arrays.map((of) => of[axis] as number)
    const last = axes.at(-1)
    if (last?.strides.every((stride, n) => stride === (strides[n] as number) * size)) {
      last.size *= size
      last.strides = strides
    } else axes.push({ size, strides })
  })
  return axes
}
