import seedrandom from 'seedrandom'
import { decodeAudio, toMono } from 'undertone/audio'
import {
  createFrontEnd,
  type FeatureSettings,
  type Preparation,
  prepare,
  resample,
} from 'undertone/frontend'
import { loadRecordings } from '../augmentation/noise-recordings.ts'
import { augment, type WaveformAugmentation } from '../augmentation/waveform.ts'

/** What is computed of a clip, and of which copies. */
export interface FeatureRecipe {
  frontEnd: FeatureSettings
  preparation: readonly Preparation[]
  /** Steps of each copy; none when absent. */
  copies?: readonly (readonly WaveformAugmentation[])[]
  /** Of the copies; 0 when absent. */
  seed?: number
  /** Paths of recordings of noise. */
  recordings?: readonly string[]
}

/** Computes features by the same WebAssembly module that a device runs. */
export interface ClipFeatures {
  /**
   * @param bytes of an audio file
   * @param id the clip's, which its copies' random numbers depend on
   * @param copies 0 is the clip itself, n the n-th copy
   * @returns of each, `[frames + tail, bins]`
   * @throws {UndertoneError} when the file can't be decoded
   */
  compute(bytes: Uint8Array, id: string, copies: readonly number[]): Promise<Float32Array[]>
}

/** Frames centred beyond a clip that still hear its end. */
export const tailOf = ({ center, nFft, hopLength }: FeatureSettings): number =>
  center ? Math.ceil(nFft / 2 / hopLength) : 0

export async function clipFeatures(recipe: FeatureRecipe): Promise<ClipFeatures> {
  const { preparation, copies = [], seed = 0, recordings = [] } = recipe
  const { sampleRate, hopLength } = recipe.frontEnd
  const frontEnd = await createFrontEnd(recipe.frontEnd)
  const tail = tailOf(recipe.frontEnd)
  let noise: Promise<Float32Array[]> | undefined

  // Before preparation, as on a device: noise, room and line are in what a microphone gives.
  async function changed(samples: Float32Array, id: string, copy: number): Promise<Float32Array> {
    const steps = copies[copy - 1]
    if (!steps) return samples
    if (needRecordings(steps)) noise ??= loadRecordings(recordings, sampleRate)
    // By its own source, so that it is the same alone, cached or on another thread.
    const random = seedrandom.alea(`${seed}/${id}/${copy}`)
    return augment(samples, sampleRate, steps, random, await noise)
  }

  return {
    async compute(bytes, id, wanted) {
      const { channels, sampleRate: from } = await decodeAudio(bytes)
      const samples = await resample(toMono(channels), from, sampleRate)
      const all: Float32Array[] = []
      for (const copy of wanted) {
        const ready = prepare(await changed(samples, id, copy), sampleRate, preparation)
        const padded = new Float32Array(ready.length + tail * hopLength)
        padded.set(ready)
        all.push(frontEnd.compute(padded).data)
      }
      return all
    },
  }
}

export const needRecordings = (steps: readonly WaveformAugmentation[]): boolean =>
  steps.some((step) => step.kind === 'noise' && step.from === 'recordings')
