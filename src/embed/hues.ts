// Degrees on the colour wheel; what is neutral has no colour.
const HUES: Record<string, number> = {
  angry: 4,
  anger: 4,
  disgust: 95,
  disgusted: 95,
  fear: 275,
  fearful: 275,
  happy: 38,
  happiness: 38,
  sad: 214,
  sadness: 214,
  calm: 170,
  surprise: 325,
  surprised: 325,
}
const GREY = new Set(['neutral', 'other'])

/** Degrees on the colour wheel; none for what has no colour. */
export function hueOf(emotion: string, labels: readonly string[]): number | undefined {
  if (GREY.has(emotion)) return undefined
  // Emotions without a colour of their own are spread over the wheel.
  return HUES[emotion] ?? (360 * labels.indexOf(emotion)) / labels.length
}

/** Gives an element the colour of an emotion, for the style sheet to use. */
export function tint(element: HTMLElement, emotion: string, labels: readonly string[]): void {
  const hue = hueOf(emotion, labels)
  element.style.setProperty('--hue', `${hue ?? 0}`)
  if (hue === undefined) element.style.setProperty('--saturation', '0%')
}
