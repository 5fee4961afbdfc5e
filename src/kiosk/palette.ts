import { hueOf } from '../embed/hues.ts'

/** The style sheet's colours, for what is drawn. */
export interface Palette {
  ink: string
  line: string
  sound: string
  /** From silence to the loudest, in 256 steps, as a canvas has its pixels. */
  levels: Uint32Array
  emotion(label: string, labels: readonly string[]): string
}

/** Reads the colours of the theme that holds now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: color('ink'),
    line: color('line'),
    sound: color('sound'),
    levels: gradient(['silence', 'sound', 'loud'].map((name) => rgb(color(name)))),
    emotion(label, labels) {
      const hue = hueOf(label, labels)
      return `hsl(${hue ?? 0} ${hue === undefined ? '0%' : color('chroma')} ${color('lightness')})`
    },
  }
}

const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))

function gradient(stops: number[][]): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const at = (level / 255) * (stops.length - 1)
    const from = Math.min(stops.length - 2, Math.floor(at))
    const [r, g, b] = [0, 1, 2].map((part) => {
      const a = stops[from]?.[part] ?? 0
      return Math.round(a + (at - from) * ((stops[from + 1]?.[part] ?? 0) - a))
    }) as [number, number, number]
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0
  })
}
