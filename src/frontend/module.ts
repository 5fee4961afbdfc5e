import type { AssetSource } from '../assets.ts'
import { compileWasm } from '../compile-wasm.ts'
import { UndertoneError } from '../error.ts'
import { type AssetsOption, assetsFrom } from '../model/assets-option.ts'
import { checkNames, show } from './options.ts'

/** Where the front end's WebAssembly comes from. */
export interface FrontEndLoading {
  /**
   * Where `undertone-frontend.wasm` is read: a URL, in Node a folder too, the URL or the bytes of
   * each file, or a source of your own; by default, beside this code.
   */
  assets?: AssetsOption
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
  resamplerPush(count: number): number
  resamplerOutput(): number
}

let defaultModule: Promise<WebAssembly.Module> | undefined

/**
 * Compiles the module, the default one once for all front ends; a failed start is tried again.
 * @throws {UndertoneError} `settings-invalid`, `asset-missing`, `asset-corrupt` or `aborted`
 */
export async function loadModule(loading: FrontEndLoading = {}): Promise<WebAssembly.Module> {
  checkLoading(loading, [], 'loadModule')
  const { assets, wasm, signal } = loading
  if (signal?.aborted) throw new UndertoneError('aborted', 'Loading was aborted.')
  if (wasm instanceof WebAssembly.Module) return wasm
  if (wasm !== undefined) return compile(wasm)
  // a load that can be aborted is not shared with one that is not
  if (assets !== undefined || signal !== undefined) return compile(await read(assets, signal))
  defaultModule ??= read()
    .then(compile)
    .catch((error) => {
      defaultModule = undefined
      throw error
    })
  return defaultModule
}

/** @throws {UndertoneError} `settings-invalid` for options that neither loading nor `others` has */
export function checkLoading(options: object, others: readonly string[], of: string): void {
  checkNames(options, [...others, 'assets', 'wasm', 'signal'], `The options of ${of}`)
}

const wasmName = 'undertone-frontend.wasm'

async function read(option?: AssetsOption, signal?: AbortSignal) {
  let assets: AssetSource
  try {
    assets = assetsFrom(option)
  } catch (cause) {
    if (cause instanceof UndertoneError) throw cause
    // `assets`, or this code's own address, which a classic script does not know
    throw new UndertoneError(
      'asset-missing',
      option === undefined
        ? `This code cannot tell where it lies, so it cannot find ${wasmName}: pass \`assets\`, the URL where Undertone's dist folder is served, or \`wasm\`.`
        : `Cannot find ${wasmName}: nothing can be read from ${show(String(option))} here. Let \`assets\` be a whole URL (in Node, of files, or a folder).`,
      { cause },
    )
  }
  return assets.read(wasmName, signal)
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  if (!(bytes instanceof ArrayBuffer || ArrayBuffer.isView(bytes))) {
    throw new UndertoneError(
      'settings-invalid',
      `wasm must be bytes or a WebAssembly.Module; what was given is ${show(bytes)}.`,
    )
  }
  return compileWasm(bytes, wasmName)
}

/**
 * A new instance, sharing nothing with any other.
 * @throws {UndertoneError} `settings-invalid`, `asset-corrupt`
 */
export function instantiate(module: WebAssembly.Module): Kernels {
  if (!(module instanceof WebAssembly.Module)) {
    throw new UndertoneError(
      'settings-invalid',
      `The module must be what loadModule() gives; what was given is ${show(module)}.`,
    )
  }
  const exports = WebAssembly.Module.exports(module).map(({ name }) => name)
  if (!exports.includes('configureResampler') || WebAssembly.Module.imports(module).length > 0) {
    throw new UndertoneError('asset-corrupt', `The module is not that of ${wasmName}.`)
  }
  return new WebAssembly.Instance(module).exports as unknown as Kernels
}
