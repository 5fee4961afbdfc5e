/**
 * Runs one model: features in, scores out. The rest of the code sees no runtime, only this.
 */
export interface Engine {
  readonly name: 'ort'
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
