import * as Plot from '@observablehq/plot'
import { encode } from 'fast-png'
import { createFrontEnd, resample } from 'undertone/frontend'
import type { Html } from './html.ts'
import { below, plot, plotWidth } from './plot.ts'

/** Mono, -1 to 1. */
export interface Sound {
  samples: Float32Array
  sampleRate: number
}

const margins = { marginLeft: 44, marginRight: 6, width: plotWidth }
const innerWidth = plotWidth - margins.marginLeft - margins.marginRight
/** Decibels below the loudest that the darkest colour stands for. */
const range = 80
/** Frames that are enough for a picture: longer clips get longer hops. */
const mostFrames = 400

/** Waveform and, below it, log-mel spectrogram of a clip. */
export async function soundPlots(name: string, { samples, sampleRate }: Sound): Promise<Html[]> {
  const seconds = samples.length / sampleRate
  return [waveform(name, samples, seconds), await spectrogram(name, samples, sampleRate, seconds)]
}

function waveform(name: string, samples: Float32Array, seconds: number): Html {
  const columns = innerWidth
  const envelope = Array.from({ length: columns }, (_, i) => {
    let [low, high] = [0, 0]
    const end = Math.ceil(((i + 1) * samples.length) / columns)
    for (let at = Math.floor((i * samples.length) / columns); at < end; at++) {
      low = Math.min(low, samples[at] ?? 0)
      high = Math.max(high, samples[at] ?? 0)
    }
    return { time: ((i + 0.5) * seconds) / columns, low, high }
  })
  // From -peak to peak: a quiet clip is seen as well as a loud one.
  const peak = envelope.reduce((most, { low, high }) => Math.max(most, -low, high), 0) || 1
  return plot(`Waveform of ${name}, ${seconds.toFixed(1)} s, peak ${peak.toFixed(2)}`, {
    ...margins,
    height: 64,
    marginTop: 2,
    marginBottom: 2,
    x: { axis: null, domain: [0, seconds] },
    y: { axis: null, domain: [-peak, peak] },
    marks: [
      Plot.ruleY([0], { stroke: 'var(--line)' }),
      Plot.areaY(envelope, { x: 'time', y1: 'low', y2: 'high', fill: 'var(--accent)' }),
    ],
  })
}

async function spectrogram(
  name: string,
  samples: Float32Array,
  sampleRate: number,
  seconds: number,
): Promise<Html> {
  const rate = 16000
  const resampled = await resample(samples, sampleRate, rate)
  const hopLength = Math.max(256, Math.ceil(resampled.length / mostFrames))
  const frontEnd = await createFrontEnd({
    ...{ feature: 'log-mel', sampleRate: rate, nFft: 1024, hopLength, nMels: 96 },
  })
  const { data, frames, bins } = frontEnd.compute(resampled, { ref: 'max', topDb: range })
  const pixels = new Uint8Array(frames * bins)
  for (let frame = 0; frame < frames; frame++) {
    for (let bin = 0; bin < bins; bin++) {
      // The highest band is the picture's first row.
      pixels[(bins - 1 - bin) * frames + frame] = Math.round(
        255 * (1 + data[frame * bins + bin]! / range),
      )
    }
  }
  const png = encode({ width: frames, height: bins, data: pixels, channels: 1, palette })
  const source = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  const height = 130
  const { fMin, fMax } = frontEnd.settings
  const frequencies = [500, 1000, 2000, 4000, 8000].filter((hertz) => hertz <= fMax)
  return plot(`Log-mel spectrogram of ${name}, ${range} dB from dark to light`, {
    ...margins,
    height: height + 46,
    marginTop: 6,
    marginBottom: 40,
    x: { domain: [0, seconds], label: 'seconds', ticks: 5, ...below },
    y: {
      domain: [mel(fMin), mel(fMax)],
      ticks: frequencies.map(mel),
      tickFormat: (_, i) => `${frequencies[i]! / 1000}`,
      label: 'kHz',
      ...below,
    },
    marks: [
      Plot.image([0], {
        ...{ src: () => source, frameAnchor: 'middle', preserveAspectRatio: 'none' },
        ...{ width: innerWidth, height },
      } as Plot.ImageOptions),
    ],
  })
}

/** Slaney's mel scale: linear up to 1 kHz, logarithmic beyond. */
const mel = (hertz: number): number =>
  hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4)

const palette = magma()

/** 256 colours, [red, green, blue] each, dark to light. */
function magma(): number[][] {
  const scale = Plot.scale({ color: { type: 'linear', scheme: 'magma', domain: [0, 255] } })
  return Array.from({ length: 256 }, (_, i) => {
    const hex = /^#(..)(..)(..)$/.exec(scale.apply(i))
    return hex!.slice(1).map((part) => Number.parseInt(part, 16))
  })
}
