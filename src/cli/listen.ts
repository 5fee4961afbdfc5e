import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import {
  createRecognizer,
  type EmotionEvent,
  type EngineOptions,
  type RecognitionStream,
  type Recognizer,
  type StreamOptions,
  UndertoneError,
} from '../index.ts'
import { CAPTURE_RATE, startCapture } from './capture.ts'
import { liveLine } from './live-line.ts'
import { describe, type Output } from './output.ts'
import { type PcmReader, pcmReader } from './pcm-input.ts'

export interface ListenCommand extends Pick<EngineOptions, 'engine'> {
  json: boolean
  model: string | undefined
  /** Of raw samples on stdin, Hz. */
  rate: number
  /** Path of Silero's network, which then tells speech. */
  silero: string | undefined
}

/** What `listen` needs beside the lines of `classify`. */
export interface ListenOutput extends Output {
  /** Shows a line in the place of the last. */
  redraw: ((line: string) => void) | undefined
}

/**
 * Tells emotions as they are spoken, until the sound or the user ends it.
 * @param input audio by stdin; none for the microphone
 * @param signal ends it, with what was heard so far told
 * @returns the exit status: 0 it ended, 1 it failed, 2 no such model
 */
export async function listen(
  { json, model, engine, rate, silero }: ListenCommand,
  input: Readable | undefined,
  output: ListenOutput,
  signal: AbortSignal,
): Promise<number> {
  let recognizer: Recognizer | undefined
  try {
    recognizer = await createRecognizer({
      ...{ model, engine, signal },
      ...(silero !== undefined && { silero: pathToFileURL(silero) }),
    })
    const { name, licence } = recognizer.manifest
    if (json) {
      const start = { type: 'start', model: name, engine: recognizer.engine }
      output.answer(JSON.stringify(start))
    }
    if (!licence.commercialUse) {
      output.note(`Model ${name}: ${licence.name}, no commercial use. ${licence.note}`)
    }
    const capture = input ? undefined : await startCapture()
    const sound = input ?? (capture?.output as Readable)
    if (capture && !json) output.note(`Listening by ${capture.program}. Ctrl-C ends it.`)
    const stop = () => {
      capture?.stop()
      sound.destroy()
    }
    signal.addEventListener('abort', stop, { once: true })
    // While the program started, say.
    if (signal.aborted) stop()
    const sampleRate = input ? rate : CAPTURE_RATE
    const voiceActivity = silero === undefined ? true : 'silero'
    try {
      await hear(recognizer, sound, { sampleRate, voiceActivity }, { json, output, signal })
      if (!signal.aborted) await capture?.ended
    } catch (error) {
      // The program knows better why no sound came.
      if (error instanceof UndertoneError && error.code === 'audio-empty') await capture?.ended
      throw error
    } finally {
      capture?.stop()
      capture?.ended.catch(() => {})
    }
    return 0
  } catch (error) {
    if (signal.aborted) return 0
    const { code, message } = describe(error)
    if (json) output.answer(JSON.stringify({ type: 'error', error: { code, message } }))
    output.note(`undertone: ${message} (${code})`)
    return code === 'model-unknown' ? 2 : 1
  } finally {
    await recognizer?.dispose()
  }
}

async function hear(
  recognizer: Recognizer,
  sound: Readable,
  format: { sampleRate: number } & Pick<StreamOptions, 'voiceActivity'>,
  { json, output, signal }: { json: boolean; output: ListenOutput; signal: AbortSignal },
) {
  const reader = pcmReader(format)
  let stream: RecognitionStream | undefined
  let last: EmotionEvent | undefined
  let level = 0
  const draw = () => output.redraw?.(liveLine(last, level, output.screen))
  const open = (sampleRate: number) =>
    recognizer.stream({
      ...format,
      sampleRate,
      onEmotion(event) {
        if (json) output.answer(JSON.stringify({ type: 'emotion', ...event }))
        else if (output.redraw === undefined)
          output.answer(liveLine(event, undefined, output.screen))
        last = event
        draw()
      },
      onSpeech(event) {
        if (json) output.answer(JSON.stringify({ type: 'speech', ...event }))
      },
      onLevel({ rms }) {
        level = rms
        if (!json) draw()
      },
    })
  for await (const samples of soundOf(sound, reader, signal)) {
    if (reader.sampleRate === undefined) continue
    stream ??= open(reader.sampleRate)
    await stream.push(samples)
  }
  if (!stream) {
    if (signal.aborted) return
    throw new UndertoneError('audio-empty', 'No sound came. See what should have written it.')
  }
  await stream.end()
  if (output.redraw) output.answer('')
}

/** Samples, until the sound ends or is ended. */
async function* soundOf(sound: Readable, reader: PcmReader, signal: AbortSignal) {
  try {
    for await (const bytes of sound) yield reader.push(bytes as Uint8Array)
  } catch (error) {
    // What was destroyed to end it says so as an error.
    if (!signal.aborted || error instanceof UndertoneError) throw error
  }
}
