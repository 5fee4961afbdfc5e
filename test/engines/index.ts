import { chromium } from './chromium.ts'
import type { Engine } from './engine.ts'
import { firefox } from './firefox.ts'
import { webkit } from './webkit.ts'

export type { Engine, EngineBrowser, EnginePage, PageOptions } from './engine.ts'

/** Every engine that tests know. Of those that are not there, tests are skipped: `isThere()`. */
export const engines: readonly Engine[] = [chromium, firefox, webkit]
