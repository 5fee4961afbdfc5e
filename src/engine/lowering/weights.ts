import { Derived } from '../derived.ts'
import type { Tensor } from '../tensor.ts'
import type { Heap } from './heap.ts'

/** Constants in the module's memory, each once in each form that some kernel wants. */
export class Weights {
  readonly #heap: Heap
  readonly #places = new Derived<number>()

  constructor(heap: Heap) {
    this.#heap = heap
  }

  /** Row by row. */
  plain(tensor: Tensor): number {
    return this.#places.of('plain', [tensor], () => this.#heap.keep(Float32Array.from(tensor.data)))
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
   * @param at where in the tensor the number of this row and column is
   */
  panels(
    how: string,
    tensor: Tensor,
    depth: number,
    columns: number,
    at: (row: number, column: number) => number,
  ): number {
    return this.#places.of(`panels ${how}`, [tensor], () => {
      const count = Math.ceil(columns / 16)
      const panels = new Float32Array(count * depth * 16)
      for (let panel = 0; panel < count; ++panel) {
        const some = Math.min(16, columns - panel * 16)
        for (let row = 0; row < depth; ++row) {
          const to = (panel * depth + row) * 16
          for (let n = 0; n < some; ++n) {
            panels[to + n] = tensor.data[at(row, panel * 16 + n)] as number
          }
        }
      }
      return this.#heap.keep(panels)
    })
  }

  /** Those of a 3 x 3 convolution, transformed along rows. */
  transformed(tensor: Tensor, strided: boolean): number {
    return this.#places.of(`transformed ${strided}`, [tensor], () => {
      const [outputs = 0, inputs = 0] = tensor.shape
      const to = this.#heap.reserve(Math.ceil(outputs / 16) * 16 * inputs * 18 * 4)
      this.#heap.borrow(Float32Array.from(tensor.data), (from) =>
        this.#heap.kernels.winogradWeights(from, outputs, inputs, strided, to),
      )
      return to
    })
  }

  /** Whole numbers, such as a list of places. */
  integers(values: readonly number[]): number {
    return this.#places.of(`integers ${values}`, [], () => this.#heap.keep(Int32Array.from(values)))
  }
}
