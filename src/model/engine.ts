/** `lite` is Undertone's own engine (`undertone/engine`), `ort` is onnxruntime-web. */
export type EngineName = 'lite' | 'ort'

export interface EngineOptions {
  /**
   * What runs the model. `lite` is Undertone's own engine, which is small and refuses models with
   * operators that it does not have; `ort` is onnxruntime-web, 14 MB, which runs any. `auto` takes
   * `lite` for models that it can run, and else, and only then, loads onnxruntime-web.
   * Default: `auto`.
   */
  engine?: EngineName | 'auto' | undefined
  /**
   * Lets `lite` use relaxed SIMD where the platform has it: faster, but the last bits of scores then
   * differ from machine to machine. Default: no.
   */
  relaxedSimd?: boolean | undefined
  /**
   * Threads for `ort`. Default 1; more only where the page is cross-origin isolated. The first
   * recognizer of a page sets it for all.
   */
  threads?: number | undefined
}

/**
 * Runs one model: features in, scores out. The rest of the code sees no runtime, only this.
 */
export interface Engine {
  readonly name: EngineName
  /**
   * Scores a batch of windows.
   * @param features row-major `[batch, frames, bins]` float32
   * @returns row-major `[batch, labels]` probabilities, each row adding up to 1
   * @throws {UndertoneError} `engine-failed`, `disposed`
   */
  run(
    features: Float32Array,
    shape: readonly [batch: number, frames: number, bins: number],
  ): Promise<Float32Array>
  /** Gives the memory back; later runs are refused. Calling it again does nothing. */
  dispose(): Promise<void>
}
