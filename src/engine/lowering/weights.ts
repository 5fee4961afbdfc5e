import { Derived } from '../derived.ts'
import type { Tensor } from '../tensor.ts'
import type { Heap } from './heap.ts'

/** Rows of a matrix in a tensor: where the first number is, and steps from one to the next. */
export interface Part {
  from: number
  row: number
  column: number
  depth: number
}

const bytesOfPanels = (columns: number, parts: readonly Part[]) =>
  Math.ceil(columns / 16) * parts.reduce((rows, { depth }) => rows + depth, 0) * 64

const asFloat32 = (data: Tensor['data']) =>
  data instanceof Float32Array ? data : new Float32Array(data)

/** Constants in the module's memory, each once in each form that some kernel wants. */
export class Weights {
  readonly #heap: Heap
  readonly #places = new Derived<number>()

  constructor(heap: Heap) {
    this.#heap = heap
  }

  /** Row by row. */
  plain(tensor: Tensor): number {
    return this.#places.of('plain', [tensor], () => this.#heap.keep(asFloat32(tensor.data)))
  }

  /** With zeros to whole blocks of 16. */
  blocks(tensor: Tensor): number {
    return this.#places.of('blocks', [tensor], () => {
      const blocks = new Float32Array(Math.ceil(tensor.data.length / 16) * 16)
      blocks.set(tensor.data)
      return this.#heap.keep(blocks)
    })
  }

  /** In a form of one's own. */
  made(how: string, tensor: Tensor, make: () => Float32Array): number {
    return this.#places.of(how, [tensor], () => this.#heap.keep(make()))
  }

  /**
   * Panels of 16 columns of a matrix, as product() takes it.
   * @param parts of its rows, one below the other
   */
  panels(how: string, tensor: Tensor, columns: number, parts: readonly Part[]): number {
    return this.#places.of(`panels ${how}`, [tensor], () => {
      const to = this.#heap.reserve(bytesOfPanels(columns, parts))
      this.#heap.borrow(asFloat32(tensor.data), 0, (at) => this.#pack(at, columns, parts, to))
      return to
    })
  }

  /** Those of a 3 x 3 convolution, transformed along columns, as winogradProducts() takes them. */
  transformed(tensor: Tensor, strided: boolean): number {
    return this.#places.of(`transformed ${strided}`, [tensor], () => {
      const [outputs = 0, inputs = 0] = tensor.shape
      const parts = Array.from({ length: 9 }, (_, tap): Part => {
        return { from: tap, row: 9, column: inputs * 9, depth: inputs }
      })
      const bytes = bytesOfPanels(outputs, parts)
      const to = this.#heap.reserve(bytes * 2)
      this.#heap.borrow(asFloat32(tensor.data), bytes, (at, panels) => {
        this.#pack(at, outputs, parts, panels)
        const count = Math.ceil(outputs / 16)
        this.#heap.kernels.winogradWeights(panels, count, inputs, strided, to)
      })
      return to
    })
  }

  #pack(at: number, columns: number, parts: readonly Part[], to: number) {
    const panel = bytesOfPanels(16, parts)
    let start = to
    for (const { from, row, column, depth } of parts) {
      const { pack } = this.#heap.kernels
      pack(at + from * 4, row * 4, column * 4, depth, columns, start, panel)
      start += depth * 64
    }
  }

  /** Whole numbers, such as a list of places. */
  integers(values: readonly number[]): number {
    return this.#places.of(`integers ${values}`, [], () => this.#heap.keep(Int32Array.from(values)))
  }
}
