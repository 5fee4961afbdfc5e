export { UndertoneError, type UndertoneErrorCode } from '../error.ts'
export { type Clip, type Corpus, type Emotion, emotions, labelsOf } from './clip.ts'
export { corpusNames, loadCorpus } from './load-corpus.ts'
