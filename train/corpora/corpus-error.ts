/** A corpus, a split or a setting of the training is not what it must be. */
export class CorpusError extends Error {
  override name = 'CorpusError'
}
