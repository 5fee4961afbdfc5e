/** A split or a setting of the training is not what it must be. */
export class TrainingError extends Error {
  override name = 'TrainingError'
}
