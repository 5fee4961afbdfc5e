import { UndertoneError } from '../error.ts'

/**
 * Options, and the default for each that is left out.
 * @param what they are, as in `The options of trim`
 * @throws {UndertoneError} `settings-invalid` for what is no object or has a name that `defaults`
 *   lacks: it would be ignored
 */
export function withDefaults<T extends object>(
  given: T,
  defaults: Required<T>,
  what: string,
): Required<T> {
  checkNames(given, Object.keys(defaults), what)
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(present) }
}

/** @throws {UndertoneError} `settings-invalid`, as {@link withDefaults} */
export function checkNames(given: unknown, known: readonly string[], what: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UndertoneError(
      'settings-invalid',
      `${what} must be an object; what was given is ${show(given)}.`,
    )
  }
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    throw new UndertoneError(
      'settings-invalid',
      `${what} have no '${name}'; there are ${known.join(', ')}.`,
    )
  }
}

export const isWithin = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && value >= least && value <= most

/** A value in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  // of these not all can be made strings
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
