import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { LiveSessionOptions } from './live-session.ts'
import type { UndertoneMeter } from './meter.ts'
import type { UndertoneMeterEventMap } from './meter-events.ts'

/** What `<undertone-meter>` takes in JSX. Objects and listeners reach it from React 19 on. */
export interface UndertoneMeterProps
  extends DetailedHTMLProps<HTMLAttributes<UndertoneMeter>, UndertoneMeter> {
  assets?: string | undefined
  model?: string | undefined
  'device-id'?: string | undefined
  theme?: 'light' | 'dark' | undefined
  options?: LiveSessionOptions | undefined
  texts?: Readonly<Record<string, string>> | undefined
  onemotion?: ((event: UndertoneMeterEventMap['emotion']) => void) | undefined
  onspeech?: ((event: UndertoneMeterEventMap['speech']) => void) | undefined
  onstate?: ((event: UndertoneMeterEventMap['state']) => void) | undefined
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'undertone-meter': UndertoneMeterProps
    }
  }
}
