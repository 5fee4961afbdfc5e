import { compileWasm } from '../compile-wasm.ts'
import { UndertoneError } from '../error.ts'
import { type AssetsOption, assetsFrom } from '../model/assets-option.ts'
import type { Kernels } from './lowering/kernels.ts'

/** Where the engine's WebAssembly comes from. */
export interface EngineLoading {
  /**
   * Where `undertone-engine.wasm` is read: a URL, in Node a folder too, or a source of one's own; by
   * default, beside this code.
   */
  assets?: AssetsOption
  /** The module itself: its bytes, or compiled. */
  wasm?: BufferSource | WebAssembly.Module | undefined
  /**
   * Takes the build for relaxed SIMD, where that can run: faster, but the last bits of its results
   * differ from machine to machine. Default: no.
   */
  relaxed?: boolean | undefined
  signal?: AbortSignal | undefined
}

const names = { plain: 'undertone-engine.wasm', relaxed: 'undertone-engine-relaxed.wasm' }
const loaded = new Map<string, Promise<WebAssembly.Module>>()

/**
 * Compiles the engine's module; the default ones once for all networks.
 * @throws {UndertoneError} `asset-missing`, `asset-corrupt`, `aborted`
 */
export async function loadEngineModule(loading: EngineLoading = {}): Promise<WebAssembly.Module> {
  const { assets, wasm, signal } = loading
  if (wasm instanceof WebAssembly.Module) return wasm
  const name = loading.relaxed && hasRelaxedSimd() ? names.relaxed : names.plain
  if (wasm) return compileWasm(wasm, name)
  const read = async () => compileWasm(await assetsFrom(assets).read(name, signal), name)
  // A load that can be aborted is not shared with one that cannot.
  if (assets !== undefined || signal !== undefined) return read()
  const known = loaded.get(name)
  if (known) return known
  const loading_ = read()
  loaded.set(name, loading_)
  loading_.catch(() => loaded.delete(name))
  return loading_
}

/** Whether the platform has relaxed SIMD: it is asked by a module with one such operation. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(
    // (module (func (result v128) i32.const 0 i8x16.splat (three times) f32x4.relaxed_madd))
    Uint8Array.of(
      ...[0, 97, 115, 109, 1, 0, 0, 0],
      ...[1, 5, 1, 96, 0, 1, 123],
      ...[3, 2, 1, 0],
      ...[10, 19, 1, 17, 0],
      ...[65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11],
    ),
  )
}

/** A new instance, sharing nothing with any other. */
export function instantiate(module: WebAssembly.Module): Kernels {
  const exports = WebAssembly.Module.exports(module).map(({ name }) => name)
  if (!exports.includes('winogradInputs') || WebAssembly.Module.imports(module).length > 0) {
    throw new UndertoneError('asset-corrupt', `The module is not that of ${names.plain}.`)
  }
  return new WebAssembly.Instance(module).exports as unknown as Kernels
}
