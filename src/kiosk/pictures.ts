import { byId } from '../embed/element.ts'
import { EmotionChart, type Heard } from './emotion-chart.ts'
import { createPainter, fitted } from './painter.ts'
import { readPalette } from './palette.ts'
import { Spectrogram } from './spectrogram.ts'
import { Waveform } from './waveform.ts'

const COLUMNS = 480

/** The page's three pictures of a sound. */
export interface Pictures {
  /**
   * Begins anew.
   * @param sound seconds that fit into the pictures of the sound
   * @param emotions seconds that fit into the chart of emotions
   */
  reset(sound: number, emotions: number, labels: readonly string[]): void
  /** @param samples mono, −1…1 */
  hear(samples: Float32Array, sampleRate: number): void
  feel(heard: Heard): void
}

/** @param module the front end's, for the spectrogram */
export function createPictures(module: WebAssembly.Module): Pictures {
  let palette = readPalette()
  let span = 1
  let waveform = new Waveform(COLUMNS)
  let spectrogram: Spectrogram | undefined
  let chart = new EmotionChart(1, [])
  const [waves, mels, emotions] = ['waveform', 'spectrogram', 'chart'].map((id) =>
    fitted(byId<HTMLCanvasElement>(id), () => paint()),
  ) as [CanvasRenderingContext2D, CanvasRenderingContext2D, CanvasRenderingContext2D]
  const paint = createPainter(() => {
    waveform.draw(waves, palette)
    if (spectrogram) spectrogram.draw(mels, palette)
    else mels.clearRect(0, 0, mels.canvas.width, mels.canvas.height)
    chart.draw(emotions, palette)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = readPalette()
    paint()
  })

  return {
    reset(sound, time, labels) {
      span = sound
      waveform = new Waveform(COLUMNS)
      spectrogram = undefined
      chart = new EmotionChart(time, labels)
      for (const element of document.querySelectorAll('.span')) {
        element.textContent = `${Math.round(sound)} s`
      }
      byId('chart-span').textContent = `${Math.round(time)} s`
      paint()
    },
    hear(samples, sampleRate) {
      const length = Math.max(1, Math.round((span * sampleRate) / COLUMNS))
      spectrogram ??= new Spectrogram(module, sampleRate, COLUMNS, length)
      waveform.push(samples, length)
      spectrogram.push(samples)
      paint()
    },
    feel(heard) {
      chart.push(heard)
      paint()
    },
  }
}
