import { asBytes, asSamples } from '../audio/other-realms.ts'
import { UndertoneError } from '../error.ts'
import { checkNames, show } from '../frontend/options.ts'
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

/** What goes into a network. */
export interface NetworkInput {
  name: string
  /** A size that may be any is `undefined`; so is the whole where the file tells nothing of it. */
  shape: readonly (number | undefined)[] | undefined
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

/** In an input. */
const mostNumbers = 1 << 26

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
 * @param loading where the engine's own WebAssembly comes from; by default, beside this code
 * @throws {UndertoneError} `model-invalid` when it cannot be read, `model-unsupported` when it has
 * an operator that is not known here, by its name; `input-invalid` for what is no bytes;
 * `settings-invalid`, `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function createNetwork(
  onnx: Uint8Array | ArrayBuffer,
  loading: EngineLoading = {},
): Promise<Network> {
  checkNames(loading, ['assets', 'wasm', 'relaxed', 'signal'], 'The options of createNetwork()')
  const bytes = asBytes(onnx)
  if (!bytes) {
    throw new UndertoneError(
      'input-invalid',
      `createNetwork() takes the bytes of an ONNX file, as a Uint8Array or an ArrayBuffer; what was given is ${show(onnx)}.`,
    )
  }
  const module = loadEngineModule(loading)
  // Compiled meanwhile; what is wrong with the model is told first.
  module.catch(() => {})
  const model = readModel(bytes)
  const unknown = unknownOperators(model.graph)
  if (unknown.length > 0) {
    unsupported(`it has the operator${unknown.length > 1 ? 's' : ''} ${unknown.join(', ')}`)
  }
  return new Network(model, await module)
}

/** An ONNX network in memory of its own, planned anew for each shape of inputs that it meets. */
export class Network {
  readonly inputs: readonly NetworkInput[]
  readonly outputs: readonly string[]
  /** All that it holds; nothing once it is disposed of. */
  #held: Held | undefined
  /** The latest last. */
  readonly #plans = new Map<string, Plan>()
  #ready: Plan | undefined

  /** @param module as loadEngineModule() gives it */
  constructor(model: Model, module: WebAssembly.Module) {
    const heap = new Heap(instantiate(module))
    const [weights, arena] = [new Weights(heap), new Arena(heap)]
    this.#held = { model, heap, weights, arena, folded: new Derived<Tensor | 'not'>() }
    this.inputs = model.graph.inputs.map(({ name, type, shape }) => {
      if (type && type !== 'float32') {
        unsupported(`its input "${name}" is ${type === 'other' ? 'of no type that it has' : type}`)
      }
      return { name, shape }
    })
    this.outputs = [...model.graph.outputs]
  }

  /** Memory that it has taken, bytes: it grows with the largest inputs, and never shrinks. */
  get memory(): number {
    return this.#held?.heap.bytes ?? 0
  }

  /**
   * Plans a run for inputs of these shapes, which run() else does the first time.
   * @param shapes of each input, by its name
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

  /**
   * Runs as run() does, and tells how long each step took.
   * @param inputs as of run()
   * @throws {UndertoneError} as run()
   */
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
    this.#held = undefined
    this.#plans.clear()
    this.#ready = undefined
  }

  #start(inputs: Readonly<Record<string, Numbers>>): Plan {
    const given = asObject(inputs, 'What is run')
    const shapes = Object.fromEntries(
      Object.entries(given).map(([name, one]) => [
        name,
        (one as Partial<Numbers> | undefined)?.shape,
      ]),
    )
    const plan = this.#planFor(shapes)
    const { heap } = this.#holding()
    for (const [name, { count }] of plan.inputs) checkData(name, inputs[name]?.data, count)
    if (this.#ready !== plan) {
      heap.write(plan.at, plan.image)
      this.#ready = plan
    }
    const { buffer } = heap.kernels.memory
    for (const [name, { at, count }] of plan.inputs) {
      new Float32Array(buffer, at, count).set((inputs[name] as Numbers).data)
    }
    return plan
  }

  #results(plan: Plan): Record<string, Numbers> {
    const { buffer } = this.#holding().heap.kernels.memory
    return Object.fromEntries(
      Array.from(plan.outputs, ([name, { shape, at, count }]) => [
        name,
        { shape: [...shape], data: new Float32Array(buffer, at, count).slice() },
      ]),
    )
  }

  #holding(): Held {
    if (this.#held) return this.#held
    throw new UndertoneError('disposed', 'This network was disposed of. Make a new one.')
  }

  #planFor(given: Readonly<Record<string, unknown>>): Plan {
    const held = this.#holding()
    const shapes = asObject(given, 'What is prepared') as Record<string, readonly number[]>
    const names = this.inputs.map(({ name }) => name)
    const other = Object.keys(shapes).find((name) => !names.includes(name))
    if (other !== undefined) {
      throw new UndertoneError(
        'input-invalid',
        `There is no input "${other}"; there are ${names.join(', ')}.`,
      )
    }
    for (const { name, shape } of this.inputs) {
      checkShape(name, shape, Object.hasOwn(shapes, name) ? shapes[name] : undefined)
    }
    const key = JSON.stringify(this.inputs.map(({ name }) => shapes[name]))
    const known = this.#plans.get(key)
    this.#plans.delete(key)
    const plan = known ?? this.#plan(held, shapes)
    this.#plans.set(key, plan)
    const [oldest] = this.#plans.keys()
    if (this.#plans.size > mostPlans && oldest !== undefined) this.#plans.delete(oldest)
    return plan
  }

  #plan(
    { model, heap, weights, arena, folded }: Held,
    shapes: Readonly<Record<string, readonly number[]>>,
  ): Plan {
    const program = trace(model, new Map(Object.entries(shapes)), folded)
    // Its constants may lie where another plan's are.
    this.#ready = undefined
    return makePlan(fuse(program, folded), weights, heap, arena)
  }
}

interface Held {
  model: Model
  heap: Heap
  weights: Weights
  arena: Arena
  folded: Derived<Tensor | 'not'>
}

function asObject(given: unknown, what: string): Record<string, unknown> {
  if (typeof given === 'object' && given !== null) return given as Record<string, unknown>
  throw new UndertoneError(
    'input-invalid',
    `${what} must be an object with the inputs by their names; what was given is ${show(given)}.`,
  )
}

function checkData(name: string, data: unknown, count: number) {
  const numbers = asSamples(data)
  if (!numbers) {
    throw new UndertoneError(
      'input-invalid',
      `The data of the input "${name}" must be a Float32Array; what was given is ${show(data)}.`,
    )
  }
  const { length } = numbers
  if (length === count) return
  throw new UndertoneError(
    'input-invalid',
    `The input "${name}" has ${length} numbers; its shape has ${count}.`,
  )
}

function checkShape(
  name: string,
  wanted: readonly (number | undefined)[] | undefined,
  given: unknown,
) {
  const shape = Array.isArray(given) ? (given as number[]) : undefined
  const fits =
    shape !== undefined &&
    (wanted === undefined || shape.length === wanted.length) &&
    shape.every((size, axis) => {
      const fixed = wanted?.[axis]
      return Number.isSafeInteger(size) && size > 0 && (fixed === undefined || fixed === size)
    })
  if (fits && sizeOf(shape) <= mostNumbers) return
  if (fits) {
    throw new UndertoneError(
      'input-invalid',
      `The input "${name}" of ${shape.join(' × ')} numbers is too large: ${mostNumbers} is the most. Give a smaller batch.`,
    )
  }
  const sizes = wanted?.map((size) => size ?? 'any').join(' × ') ?? 'any count of'
  throw new UndertoneError(
    'input-invalid',
    `The input "${name}" must be ${sizes} numbers; what was given is ${shape ? shape.join(' × ') : given === undefined ? 'nothing' : show(given)}.`,
  )
}
