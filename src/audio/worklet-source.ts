import type { AssetSource } from '../assets.ts'
import { UndertoneError } from '../error.ts'

const script = 'microphone-worklet.js'

/** Contexts that know the worklet already: a second addModule() would register its name twice. */
const prepared = new WeakMap<BaseAudioContext, Promise<void>>()

/** Samples of an audio graph, as they come. */
export interface WorkletSource {
  /** Rate of the samples, Hz. */
  readonly sampleRate: number
  /** Takes this in the place of what was connected before. */
  connect(node: AudioNode): void
  /** Takes no more. @returns resolved once all samples up to now were given */
  stop(): Promise<void>
}

/**
 * Puts an AudioWorklet into a context.
 * @param take called with samples, mono, that are its own
 * @throws {UndertoneError} `asset-missing`
 */
export async function createWorkletSource(
  context: BaseAudioContext,
  assets: AssetSource,
  take: (samples: Float32Array) => void,
): Promise<WorkletSource> {
  await addModule(context, assets)
  const worklet = new AudioWorkletNode(context, 'undertone-microphone', { numberOfOutputs: 1 })
  // Its output is silence: only what leads to the destination is sure to be rendered.
  worklet.connect(context.destination)
  let source: AudioNode | undefined
  let ended: (() => void) | undefined
  worklet.port.onmessage = ({ data }: MessageEvent<Float32Array | null>) => {
    if (data) take(data)
    else ended?.()
  }
  return {
    sampleRate: context.sampleRate,
    connect(node) {
      source?.disconnect(worklet)
      node.connect(worklet)
      source = node
    },
    async stop() {
      source?.disconnect(worklet)
      source = undefined
      // A context that does not run answers late or never; all that it rendered came before.
      await new Promise<void>((resolve) => {
        ended = resolve
        worklet.port.postMessage(null)
        setTimeout(resolve, 200)
      })
      worklet.port.onmessage = null
      worklet.disconnect()
    },
  }
}

function addModule(context: BaseAudioContext, assets: AssetSource): Promise<void> {
  const before = prepared.get(context)
  if (before) return before
  const url = assets.url(script)
  const added = context.audioWorklet.addModule(url).catch((cause) => {
    prepared.delete(context)
    throw new UndertoneError('asset-missing', problem(url), { cause })
  })
  prepared.set(context, added)
  return added
}

function problem(url: string): string {
  const inline = /^(data|blob):/.exec(url)?.[0]
  return inline
    ? `Cannot load ${script} from a ${inline} URL into the AudioWorklet. A page with a Content-Security-Policy must have \`${inline}\` in its script-src; or serve the file and say in \`assets\` where it is.`
    : `Cannot load ${url.slice(0, 200)} into the AudioWorklet. See that it is served, as JavaScript, and that the page's policy allows it.`
}
