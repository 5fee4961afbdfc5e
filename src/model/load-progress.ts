/** How far loading is, in bytes of the files that take long: the model's and the engine's. */
export interface LoadProgress {
  loaded: number
  /** 0 as long as it is not known. */
  total: number
}

export type OnProgress = (progress: LoadProgress) => void

/** Adds up what several files have got. */
export class ProgressMeter {
  readonly #report: OnProgress
  readonly #loaded = new Map<string, number>()
  #total = 0

  constructor(report: OnProgress) {
    this.#report = report
  }

  /** Says which files will come, if it was not said before. */
  expect(...files: { path: string; bytes: number }[]): void {
    for (const { path, bytes } of files) {
      if (this.#loaded.has(path)) continue
      this.#loaded.set(path, 0)
      this.#total += bytes
    }
    this.#tell()
  }

  /** @param loaded bytes of the file that are there */
  set(path: string, loaded: number): void {
    if (this.#loaded.get(path) === loaded) return
    this.#loaded.set(path, loaded)
    this.#tell()
  }

  #tell() {
    const loaded = [...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0)
    this.#report({ loaded, total: this.#total })
  }
}
