/** One step that a whole clip goes through before the front end. No stream can do it. */
export type Preparation =
  /** {@link reduceNoise} */
  | { kind: 'noise-reduction'; reduction?: number }
  /** {@link normalizePeak} */
  | { kind: 'peak-normalization'; peak?: number }
  /** {@link normalizeLoudness} */
  | { kind: 'loudness-normalization'; target?: number }
  /** {@link trim} */
  | { kind: 'trimming'; topDb?: number }
