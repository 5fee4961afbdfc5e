import { escape as escaped } from 'html-escaper'

/** Markup that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

/** Markup from a template: all that is put in is escaped, save other markup; `undefined` is nothing. */
export const html = (parts: TemplateStringsArray, ...values: unknown[]): Html =>
  new Html(String.raw({ raw: parts }, ...values.map(textOf)))

function textOf(value: unknown): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map(textOf).join('')
  return value === undefined || value === false ? '' : escaped(String(value))
}
