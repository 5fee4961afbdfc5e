import type { FrontEndSettings } from 'undertone/frontend'
import type { FitSettings } from '../fit/settings.ts'
import type { ResidualCnnSettings } from '../network/residual-cnn.ts'

/** All that decides what is trained, save the data and the seed. */
export interface Recipe {
  name: string
  description: string
  /** Starts from a model trained on another corpus, instead of from random weights. */
  transfer: boolean
  frontEnd: FrontEndSettings
  /** Frames that the network sees at once, and from one window to the next. */
  window: { frames: number; hop: number }
  network: ResidualCnnSettings
  fit: FitSettings
}
