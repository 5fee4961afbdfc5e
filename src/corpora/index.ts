/**
 * Corpora of emotional speech: what is in them, and where they are published. Node alone.
 * @module
 */
export { UndertoneError, type UndertoneErrorCode } from '../error.ts'
export { type Clip, type Corpus, type Emotion, emotions, labelsOf } from './clip.ts'
export { detectCorpus } from './detect-corpus.ts'
export {
  type GetOptions,
  type GetProgress,
  type GotCorpus,
  getCorpus,
} from './download/get-corpus.ts'
export { type Publication, publicationOf, publishedCorpora } from './download/publication.ts'
export type { Digest, DownloadOptions, RemoteFile } from './download/remote-file.ts'
export { type Inspection, type InspectOptions, inspectCorpus } from './inspect-corpus.ts'
export { corpusNames, loadCorpus } from './load-corpus.ts'
export { makeSynthetic, type SyntheticOptions } from './synthetic.ts'
