/** What takes the place of parts of the kiosk's page in a bundle. */
export interface PageParts {
  /** Name of the model that it loads. */
  model: string
  /** The service worker's file; none for a page without one. */
  serviceWorker?: string
  /** Each `./` path of the page, and the markup that stands for its element instead. */
  elements: { pattern: RegExp; markup: string }[]
  policy?: string
}

/**
 * Fills in the kiosk's page.
 * @throws {Error} when the page has no such part: it and this file are made for each other
 */
export function fillPage(page: string, parts: PageParts): string {
  const { model, serviceWorker, elements, policy } = parts
  const worker = serviceWorker ? ` data-service-worker="${escaped(serviceWorker)}"` : ''
  const replacements = [
    { pattern: /data-model=""/, markup: `data-model="${escaped(model)}"${worker}` },
    ...(policy ? [{ pattern: /content="default-src [^"]*"/, markup: `content="${policy}"` }] : []),
    ...elements,
  ]
  return replacements.reduce((text, { pattern, markup }) => {
    if (!pattern.test(text)) throw new Error(`The page has no ${pattern}.`)
    // By a function: `$` has no meaning of its own in what it gives.
    return text.replace(pattern, () => markup)
  }, page)
}

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
