import { readUrl } from '#assets'
import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'
import { openOrtSession } from './ort-engine.ts'

/** Where Silero's network lies, or its bytes. */
export type SileroFile = string | URL | ArrayBuffer | Uint8Array

/** Samples that it hears at once, 32 ms at 16 kHz, and those before them that it hears again. */
export const SILERO_FRAME = 512
const BEFORE = 64

const advice =
  'It is silero_vad_v5.onnx of the npm package @ricky0123/vad-web, in its folder dist: give its URL or its bytes as `silero`.'

/** Silero's network, for any number of voices. */
export interface Silero {
  /** @returns what tells of one frame of 16 kHz after the other how likely it is speech, 0…1 */
  voice(): (frame: Float32Array) => Promise<number>
  dispose(): Promise<void>
}

/**
 * Loads Silero's voice activity detector, version 5, by onnxruntime-web: its operators are beyond the
 * engine of ours.
 * @throws {UndertoneError} `asset-missing`, `asset-corrupt`, `model-invalid`, `engine-failed`, `aborted`
 */
export async function loadSilero(
  file: SileroFile,
  assets: AssetSource,
  signal?: AbortSignal,
): Promise<Silero> {
  const readModel = async () =>
    typeof file === 'string' || file instanceof URL
      ? readUrl(file, advice, signal)
      : new Uint8Array(file)
  const what = "Silero's network"
  const { ort, session } = await openOrtSession({ assets, what, readModel, signal })
  const names = [...session.inputNames, ...session.outputNames].sort().join()
  if (names !== 'input,output,sr,state,stateN') {
    await session.release()
    throw new UndertoneError(
      'model-invalid',
      `This is not version 5 of Silero's network: its graph's ends are ${names}. ${advice}`,
    )
  }
  if (signal?.aborted) {
    await session.release()
    throw new UndertoneError('aborted', 'Loading was aborted.', { cause: signal.reason })
  }
  const sr = new ort.Tensor('int64', BigInt64Array.of(16000n), [])
  let last: Promise<unknown> = Promise.resolve()
  let disposed: Promise<void> | undefined

  return {
    voice() {
      let state = new ort.Tensor('float32', new Float32Array(256), [2, 1, 128])
      const heard = new Float32Array(BEFORE + SILERO_FRAME)
      const hear = async (frame: Float32Array) => {
        heard.copyWithin(0, SILERO_FRAME)
        heard.set(frame, BEFORE)
        try {
          const input = new ort.Tensor('float32', heard.slice(), [1, heard.length])
          const { output, stateN } = await session.run({ input, state, sr })
          state = stateN as typeof state
          return output?.data[0] as number
        } catch (cause) {
          throw new UndertoneError('engine-failed', `${what} could not hear a frame: ${cause}`, {
            cause,
          })
        }
      }
      return (frame) => {
        if (disposed) {
          throw new UndertoneError('disposed', 'This recognizer was disposed of. Make a new one.')
        }
        // A session hears one frame at a time, whoever asks.
        const result = last.then(() => hear(frame))
        last = result.catch(() => {})
        return result
      }
    },
    dispose() {
      disposed ??= last.then(() => session.release())
      return disposed
    },
  }
}
