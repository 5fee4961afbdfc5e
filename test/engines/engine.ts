/** One of the browser engines that pages run in, as far as tests need it. */
export interface Engine {
  name: 'Chromium' | 'Firefox' | 'WebKit'
  /** How to install it, for people. */
  advice: string
  /** Whether what it takes is on this machine. */
  isThere(): boolean
  /** Installs it, where we may. */
  install(): void
  /** Starts it, without a window and with an empty profile. */
  start(): Promise<EngineBrowser>
}

export interface EngineBrowser {
  /** Opens a page and waits until it has loaded. */
  open(url: string, options?: PageOptions): Promise<EnginePage>
  close(): Promise<void>
}

export interface PageOptions {
  /** Size of the window, CSS pixels. Default 1000 × 800. */
  width?: number
  height?: number
}

export interface EnginePage {
  /**
   * Runs the body of an async function in the page, whatever the page's policy.
   * @returns what it returns, which has to be of JSON
   */
  run<Result = void>(body: string): Promise<Result>
  reload(): Promise<void>
  /** A PNG of what is in the window. */
  screenshot(): Promise<Uint8Array>
  close(): Promise<void>
}
