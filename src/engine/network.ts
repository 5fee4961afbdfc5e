import { UndertoneError } from '../error.ts'
import { Derived } from './derived.ts'
import { fuse } from './fuse.ts'
import type { Model } from './graph.ts'
import { Heap } from './lowering/heap.ts'
import { Weights } from './lowering/weights.ts'
import { type EngineLoading, instantiate, loadEngineModule } from './module.ts'
import { readModel } from './onnx.ts'
import { Arena, makePlan, type Plan } from './plan.ts'
import { sizeOf, type Tensor } from './tensor.ts'
import { trace, unknownOperators } from './trace/trace.ts'
import { unsupported } from './unsupported.ts'

/** Numbers and their shape, row by row. */
export interface Numbers {
  data: Float32Array
  shape: readonly number[]
}

/** What goes into a network. A size that may be any is `undefined`. */
export interface NetworkInput {
  name: string
  shape: readonly (number | undefined)[]
}

/** How long a part of a run took. */
export interface LayerTime {
  /** The node that it comes from. */
  from: string
  kernel: string
  milliseconds: number
  /** Multiplications with additions that the operation takes by its definition; 0: not counted. */
  work: number
}

/** Plans that are kept, one for each shape of inputs. */
const mostPlans = 4

/**
 * Loads a network from an ONNX file, to be run on this thread in WebAssembly SIMD.
 *
 * @example
 * const network = await createNetwork(await readFile('model.onnx'))
 * const { probabilities } = network.run({ features: { data, shape: [1, 188, 128] } })
 *
 * @param onnx bytes of the file; they must not be changed while the network is in use
 * @throws {UndertoneError} `model-invalid` when it cannot be read, `model-unsupported` when it has
 * an operator that is not known here, by its name; `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function createNetwork(
  onnx: Uint8Array,
  loading: EngineLoading = {},
): Promise<Network> {
  const module = loadEngineModule(loading)
  // Compiled meanwhile; what is wrong with the model is told first.
  module.catch(() => {})
  const model = readModel(onnx)
  const unknown = unknownOperators(model.graph)
  if (unknown.length > 0) unsupported(`it has the operators ${unknown.join(', ')}`)
  return new Network(model, await module)
}

/** An ONNX network in memory of its own, planned anew for each shape of inputs that it meets. */
export class Network {
  readonly inputs: readonly NetworkInput[]
  readonly outputs: readonly string[]
  #model: Model | undefined
  readonly #heap: Heap
  readonly #weights: Weights
  readonly #arena: Arena
  readonly #folded = new Derived<Tensor | 'not'>()
  /** The latest last. */
  readonly #plans = new Map<string, Plan>()
  #ready: Plan | undefined

  /** @param module as loadEngineModule() gives it */
  constructor(model: Model, module: WebAssembly.Module) {
    this.#model = model
    this.#heap = new Heap(instantiate(module))
    this.#weights = new Weights(this.#heap)
    this.#arena = new Arena(this.#heap)
    this.inputs = model.graph.inputs.map(({ name, type, shape }) => {
      if (type && type !== 'float32') unsupported(`its input "${name}" is ${type}`)
      return { name, shape: shape ?? [] }
    })
    this.outputs = [...model.graph.outputs]
  }

  /** Memory that it has taken, bytes. */
  get memory(): number {
    return this.#heap.bytes
  }

  /**
   * Plans a run for inputs of these shapes, which run() else does the first time.
   * @throws {UndertoneError} `input-invalid`, `model-unsupported`, `engine-failed`, `disposed`
   */
  prepare(shapes: Readonly<Record<string, readonly number[]>>): void {
    this.#planFor(shapes)
  }

  /**
   * @param inputs by name, each as many float32 as its shape says
   * @returns outputs by name, the caller's own
   * @throws {UndertoneError} `input-invalid`, `model-unsupported`, `engine-failed`, `disposed`
   */
  run(inputs: Readonly<Record<string, Numbers>>): Record<string, Numbers> {
    const plan = this.#start(inputs)
    for (const { run, numbers } of plan.calls) run(...numbers)
    return this.#results(plan)
  }

  /** Runs as run() does, and tells how long each step took. */
  profile(inputs: Readonly<Record<string, Numbers>>): LayerTime[] {
    const plan = this.#start(inputs)
    return plan.calls.map(({ run, numbers, kernel, from, work }) => {
      const start = performance.now()
      run(...numbers)
      return { from, kernel, work, milliseconds: performance.now() - start }
    })
  }

  /** Gives the memory back; later runs are refused. Calling it again does nothing. */
  dispose(): void {
    this.#model = undefined
    this.#plans.clear()
    this.#ready = undefined
  }

  #start(inputs: Readonly<Record<string, Numbers>>): Plan {
    const shapes = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]) => [name, shape]),
    )
    const plan = this.#planFor(shapes)
    if (this.#ready !== plan) {
      this.#heap.write(plan.at, plan.image)
      this.#ready = plan
    }
    const { buffer } = this.#heap.kernels.memory
    for (const [name, { at, count }] of plan.inputs) {
      const { data } = inputs[name] as Numbers
      if (data.length !== count) {
        throw new UndertoneError(
          'input-invalid',
          `The input "${name}" has ${data.length} numbers; its shape has ${count}.`,
        )
      }
      new Float32Array(buffer, at, count).set(data)
    }
    return plan
  }

  #results(plan: Plan): Record<string, Numbers> {
    const { buffer } = this.#heap.kernels.memory
    return Object.fromEntries(
      Array.from(plan.outputs, ([name, { shape, at, count }]) => [
        name,
        { shape, data: new Float32Array(buffer, at, count).slice() },
      ]),
    )
  }

  #planFor(shapes: Readonly<Record<string, readonly number[]>>): Plan {
    if (!this.#model) {
      throw new UndertoneError('disposed', 'This network was disposed of. Make a new one.')
    }
    for (const { name, shape } of this.inputs) checkShape(name, shape, shapes[name])
    const key = JSON.stringify(this.inputs.map(({ name }) => shapes[name]))
    const known = this.#plans.get(key)
    this.#plans.delete(key)
    const plan = known ?? this.#plan(this.#model, shapes)
    this.#plans.set(key, plan)
    const [oldest] = this.#plans.keys()
    if (this.#plans.size > mostPlans && oldest !== undefined) this.#plans.delete(oldest)
    return plan
  }

  #plan(model: Model, shapes: Readonly<Record<string, readonly number[]>>): Plan {
    const program = trace(model, new Map(Object.entries(shapes)), this.#folded)
    // Its constants may lie where another plan's are.
    this.#ready = undefined
    return makePlan(fuse(program, this.#folded), this.#weights, this.#heap, this.#arena)
  }
}

function checkShape(
  name: string,
  wanted: readonly (number | undefined)[],
  given: readonly number[] | undefined,
) {
  const fits =
    given !== undefined &&
    given.length === wanted.length &&
    given.every((size, axis) => {
      const fixed = wanted[axis]
      return Number.isSafeInteger(size) && size > 0 && (fixed === undefined || fixed === size)
    }) &&
    sizeOf(given) <= 1 << 26
  if (fits) return
  const shown = wanted.map((size) => size ?? 'any').join(' × ')
  throw new UndertoneError(
    'input-invalid',
    `The input "${name}" must be ${shown} numbers; what was given is ${given?.join(' × ') ?? 'nothing'}.`,
  )
}
