import type { Palette } from './palette.ts'

/** What was heard in a part of the sound, seconds since it began; no scores where nobody spoke. */
export interface Heard {
  from: number
  to: number
  scores: Readonly<Record<string, number>> | null
}

/** Probabilities of every label over time, one upon the other. */
export class EmotionChart {
  readonly #span: number
  readonly #labels: readonly string[]
  #heard: Heard[] = []

  /** @param span seconds that fit into the picture */
  constructor(span: number, labels: readonly string[]) {
    this.#span = span
    this.#labels = labels
  }

  push(heard: Heard): void {
    this.#heard.push(heard)
    while ((this.#heard[0]?.to ?? 0) < heard.to - this.#span) this.#heard.shift()
  }

  /** The newest is at the right. */
  draw(context: CanvasRenderingContext2D, palette: Palette): void {
    const { width, height } = context.canvas
    context.clearRect(0, 0, width, height)
    const end = this.#heard.at(-1)?.to ?? 0
    const x = (time: number) => Math.round(((time - end + this.#span) / this.#span) * width)
    for (const { from, to, scores } of this.#heard) {
      if (!scores) continue
      const left = x(from)
      let bottom = height
      for (const label of this.#labels) {
        const share = (scores[label] ?? 0) * height
        context.fillStyle = palette.emotion(label, this.#labels)
        context.fillRect(left, bottom - share, Math.max(1, x(to) - left), share)
        bottom -= share
      }
    }
  }
}
