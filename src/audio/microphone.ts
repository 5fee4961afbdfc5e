import { UndertoneError } from '../error.ts'

/** What is asked of the microphone. */
export interface MicrophoneOptions {
  deviceId?: string | undefined
  echoCancellation?: boolean | undefined
  noiseSuppression?: boolean | undefined
  autoGainControl?: boolean | undefined
  signal?: AbortSignal | undefined
}

/**
 * Asks for the microphone.
 * @throws {UndertoneError} `insecure-context`, `microphone-unsupported`, `microphone-refused`,
 * `microphone-missing`, `microphone-busy`; `aborted`, while people are still being asked too
 */
export async function openMicrophone(options: MicrophoneOptions): Promise<MediaStream> {
  const { deviceId, echoCancellation, noiseSuppression, autoGainControl, signal } = options
  checkPlatform()
  const devices = globalThis.navigator?.mediaDevices
  if (!devices?.getUserMedia) {
    throw new UndertoneError(
      'microphone-unsupported',
      'This platform gives no microphone to web pages. In a webview, let the app record and feed samples to recognizer.stream(); in Node, use `undertone listen`.',
    )
  }
  const asking = devices.getUserMedia({
    audio: {
      ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
      echoCancellation: echoCancellation ?? false,
      noiseSuppression: noiseSuppression ?? false,
      autoGainControl: autoGainControl ?? false,
    },
  })
  try {
    return await untilAborted(asking, signal)
  } catch (cause) {
    // What is granted after all is given back at once.
    if (signal?.aborted) asking.then(giveBack, () => {})
    throw cause instanceof UndertoneError ? cause : asError(cause)
  }
}

/** Gives a microphone back. */
export function giveBack(media: MediaStream): void {
  for (const track of media.getTracks()) track.stop()
}

/** Whether the system has another default microphone than the one with these settings, by now. */
export async function isNoLongerDefault(present: MediaTrackSettings): Promise<boolean> {
  const devices = await navigator.mediaDevices.enumerateDevices()
  const inputs = devices.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== '')
  const named = inputs.find(({ deviceId }) => deviceId === 'default')
  // Chromium names the default one, whose group tells which it is; elsewhere it comes first.
  if (named) return present.groupId !== undefined && named.groupId !== present.groupId
  const [first] = inputs
  return first !== undefined && first.deviceId !== present.deviceId
}

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined) {
  if (!signal) return promise
  return new Promise<Value>((resolve, reject) => {
    const abort = () =>
      reject(new UndertoneError('aborted', 'Listening was aborted.', { cause: signal.reason }))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/**
 * Sees that there is what listening takes.
 * @throws {UndertoneError} `insecure-context`, `microphone-unsupported`
 */
export function checkPlatform(): void {
  if (globalThis.isSecureContext === false) {
    throw new UndertoneError(
      'insecure-context',
      'Browsers give microphones and audio worklets to secure pages alone: serve this page by https, or from localhost. Samples from elsewhere can be fed to recognizer.stream().',
    )
  }
  if (typeof AudioContext === 'function' && typeof AudioWorkletNode === 'function') return
  throw new UndertoneError(
    'microphone-unsupported',
    'This platform has no AudioWorklet. Feed samples to recognizer.stream(); in Node, use `undertone listen`.',
  )
}

function asError(cause: unknown): UndertoneError {
  const error = (code: ConstructorParameters<typeof UndertoneError>[0], message: string) =>
    new UndertoneError(code, message, { cause })
  switch ((cause as DOMException | undefined)?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return error(
        'microphone-refused',
        'The microphone was refused. Allow it in the settings of the browser or app, and in the Permissions-Policy of a frame; then try again.',
      )
    case 'NotFoundError':
    case 'OverconstrainedError':
      return error(
        'microphone-missing',
        'There is no such microphone. Plug one in, or leave `deviceId` out to take any.',
      )
    case 'NotReadableError':
    case 'AbortError':
      return error(
        'microphone-busy',
        'The microphone cannot be opened: another program may hold it. Close that and try again.',
      )
    default:
      return error(
        'microphone-unsupported',
        `The microphone cannot be opened: ${cause instanceof Error ? cause.message : cause}.`,
      )
  }
}
