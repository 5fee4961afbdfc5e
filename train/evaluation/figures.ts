/** A figure from 0 to 1, as tables have it. */
export const figure = (value: number): string => value.toFixed(3)

export const interval = ([low, high]: readonly [number, number]): string =>
  `${figure(low)}–${figure(high)}`

/** A difference in points of a hundred, signed. */
export const points = (value: number): string => {
  const size = Math.abs(value).toFixed(1)
  return `${size === '0.0' ? '±' : value < 0 ? '−' : '+'}${size} points`
}

export const count = (value: number): string => value.toLocaleString('en')

/** Text that stands in the middle of sentences too, as one of its own. */
export const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}.`

/** A number and its noun: `1 seed`, `2 seeds`. */
export const many = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`
