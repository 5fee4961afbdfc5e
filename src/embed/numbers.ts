/** A share as people read it: 0.391 → "39 %". */
export const percent = (share: number): string => `${Math.round(100 * share)} %`

/** A length as people read it: "6.3 s", from a minute on "2:05". */
export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(1)} s`
  const whole = Math.round(value)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
