import { defaultAssets } from '#assets'
import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'

/** Where the front end's WebAssembly comes from. */
export interface FrontEndLoading {
  /** Where `undertone-frontend.wasm` is read; by default, beside this code. */
  assets?: AssetSource
  /**
   * The module itself: its bytes, or compiled. An AudioWorklet, which cannot fetch, is handed it
   * in `processorOptions` or a message.
   */
  wasm?: BufferSource | WebAssembly.Module
  /** Stops the loading. */
  signal?: AbortSignal
}

/** What the module exports; see `assembly/frontend/index.ts`. */
export interface Kernels {
  memory: WebAssembly.Memory
  configure(
    sampleRate: number,
    nFft: number,
    winLength: number,
    hopLength: number,
    nMels: number,
    fMin: number,
    fMax: number,
    nMfcc: number,
    center: boolean,
    ref: number,
    amin: number,
    lifter: number,
  ): void
  select(feature: number, a: number, b: number): void
  ready(chunk: number): void
  reset(): void
  writeAt(count: number): number
  push(count: number, logMel: boolean, zero: boolean, last: boolean): number
  addSilence(count: number): void
  frames(logMel: boolean, last: boolean): number
  outputAt(): number
  cepstra(frames: number): void
  pendingAt(): number
  pendingCount(): number
  pendingNext(): number
  pendingOrigin(): number
  restorePending(count: number, next: number, origin: number): void
  fluxMemory(): number
  fluxCount(): number
  configureResampler(up: number, down: number, chunk: number): void
  resamplerReset(): void
  resamplerInput(count: number): number
  resamplerPush(count: number, zero: boolean): number
  resamplerOutput(): number
}

let defaultModule: Promise<WebAssembly.Module> | undefined

/**
 * Compiles the module, the default one once for all front ends; a failed start is tried again.
 * @throws {UndertoneError} `asset-missing`, `asset-corrupt` or `aborted`
 */
export async function loadModule(loading: FrontEndLoading = {}): Promise<WebAssembly.Module> {
  const { assets, wasm, signal } = loading
  if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.')
  if (wasm instanceof WebAssembly.Module) return wasm
  if (wasm !== undefined) return compile(wasm)
  // a load that can be aborted is not shared with one that is not
  if (assets !== undefined || signal !== undefined) {
    return compile(await (assets ?? defaultAssets()).read(wasmName, signal))
  }
  defaultModule ??= defaultAssets()
    .read(wasmName)
    .then(compile)
    .catch((error) => {
      defaultModule = undefined
      throw error
    })
  return defaultModule
}

const wasmName = 'undertone-frontend.wasm'

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw new UndertoneError(
      'asset-corrupt',
      `${wasmName} is not a WebAssembly module that this platform can compile (SIMD is needed).`,
      { cause },
    )
  }
}

/** A new instance, sharing nothing with any other. */
export function instantiate(module: WebAssembly.Module): Kernels {
  return new WebAssembly.Instance(module).exports as unknown as Kernels
}
