import { FrontEnd, type FrontEndStream } from '../frontend/index.ts'
import type { Palette } from './palette.ts'

const BANDS = 64
/** Range that is shown, dB of full scale in a band. */
const FLOOR = -62
const CEILING = 18

/** Mel spectrogram of the last seconds of sound, by the front end that the models hear with. */
export class Spectrogram {
  readonly #columns: number
  readonly #stream: FrontEndStream
  readonly #levels: Uint8Array
  #done = 0

  /**
   * @param columns how many there are, as many as fit into the picture
   * @param hop samples a column
   */
  constructor(module: WebAssembly.Module, sampleRate: number, columns: number, hop: number) {
    this.#columns = columns
    this.#levels = new Uint8Array(columns * BANDS)
    const window = Math.round(0.032 * sampleRate)
    const frontEnd = new FrontEnd(module, {
      feature: 'log-mel',
      sampleRate,
      nFft: 2 ** Math.ceil(Math.log2(Math.max(1024, window))),
      winLength: window,
      hopLength: hop,
      nMels: BANDS,
      fMin: 60,
      fMax: Math.min(8000, sampleRate / 2),
    })
    this.#stream = frontEnd.stream()
  }

  push(samples: Float32Array): void {
    const { data, frames } = this.#stream.push(samples)
    for (let frame = 0; frame < frames; frame++) {
      const column = (this.#done % this.#columns) * BANDS
      for (let band = 0; band < BANDS; band++) {
        const level = ((data[frame * BANDS + band] as number) - FLOOR) / (CEILING - FLOOR)
        this.#levels[column + band] = 255 * Math.min(1, Math.max(0, level))
      }
      this.#done += 1
    }
  }

  /** The newest is at the right, low frequencies below. */
  draw(context: CanvasRenderingContext2D, { levels }: Palette): void {
    const image = context.createImageData(this.#columns, BANDS)
    const pixels = new Uint32Array(image.data.buffer)
    const count = Math.min(this.#done, this.#columns)
    const empty = this.#columns - count
    for (let column = 0; column < this.#columns; column++) {
      const at = ((this.#done - count + column - empty) % this.#columns) * BANDS
      for (let band = 0; band < BANDS; band++) {
        const level = column < empty ? 0 : (this.#levels[at + band] as number)
        pixels[(BANDS - 1 - band) * this.#columns + column] = levels[level] as number
      }
    }
    const small = document.createElement('canvas')
    small.width = this.#columns
    small.height = BANDS
    small.getContext('2d')?.putImageData(image, 0, 0)
    const { width, height } = context.canvas
    context.drawImage(small, 0, 0, width, height)
  }
}
