/** Undertone as a React hook. React itself is the app's own. */
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import { LiveSession, type LiveSessionOptions, type LiveSnapshot } from './live-session.ts'

export type { LiveSessionOptions, LiveSnapshot } from './live-session.ts'
export type { UndertoneMeterProps } from './meter-props.ts'

export interface UndertoneHook extends LiveSnapshot {
  /** The labels of the model; none before it is loaded. */
  labels: readonly string[]
  /** Loads the model and asks for the microphone: call it for a click. Errors are in `error`. */
  start: () => Promise<void>
  /** Gives the microphone back; the model is kept until the component goes. */
  stop: () => Promise<void>
}

/**
 * Listens to the microphone, or another source, and renders with each change of what is heard.
 *
 * @example
 * const { state, heard, error, start, stop } = useUndertone({ assets: '/undertone/' })
 *
 * @param options as of `createRecognizer()` and `listen()`, or a `recognizer` that is there;
 * read at each start, their callbacks at each event
 */
export function useUndertone(options: LiveSessionOptions = {}): UndertoneHook {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  const session = useRef<LiveSession>(undefined)
  session.current ??= new LiveSession(() => latest.current)
  const { current } = session
  const subscribe = useCallback((listener: () => void) => current.subscribe(listener), [current])
  const read = useCallback(() => current.snapshot, [current])
  const snapshot = useSyncExternalStore(subscribe, read, read)
  useEffect(() => () => void current.dispose(), [current])
  const start = useCallback(() => current.start(), [current])
  const stop = useCallback(() => current.stop(), [current])
  return { ...snapshot, labels: current.labels, start, stop }
}
