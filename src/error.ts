/** What went wrong, as a word a program can branch on. */
export type UndertoneErrorCode =
  // input audio
  | 'file-not-found'
  | 'not-a-file'
  | 'file-unreadable'
  | 'audio-empty'
  | 'audio-truncated'
  | 'audio-unrecognized'
  | 'audio-unsupported'
  | 'audio-corrupt'
  | 'audio-not-finite'
  | 'audio-silent'
  | 'sample-rate-unsupported'
  | 'too-many-channels'
  | 'audio-too-long'
  // assets and models
  | 'asset-missing'
  | 'asset-corrupt'
  | 'manifest-invalid'
  | 'model-unknown'
  | 'model-invalid'
  | 'model-unsupported'
  | 'engine-failed'
  | 'worker-failed'
  // bundles
  | 'out-in-use'
  // corpora
  | 'corpus-unknown'
  | 'corpus-not-found'
  | 'corpus-invalid'
  | 'licence-not-accepted'
  | 'download-failed'
  | 'download-corrupt'
  | 'disk-full'
  // microphone
  | 'insecure-context'
  | 'microphone-unsupported'
  | 'microphone-refused'
  | 'microphone-missing'
  | 'microphone-busy'
  // calls
  | 'input-invalid'
  | 'settings-invalid'
  | 'stream-ended'
  | 'stream-overrun'
  | 'stream-unsupported'
  | 'disposed'
  | 'aborted'

/**
 * The one error class of Undertone: `code` is for programs, `message` tells a person what
 * happened and what to do. `cause` carries what a library or the platform threw, when one did.
 */
export class UndertoneError extends Error {
  readonly code: UndertoneErrorCode

  constructor(code: UndertoneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UndertoneError'
    this.code = code
  }
}
