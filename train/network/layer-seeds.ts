/** Seeds of a network's initializers, one after the other. */
export function layerSeeds(seed: number): () => number {
  let next = seed * 1000
  return () => next++
}
