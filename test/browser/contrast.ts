import type { Page } from 'playwright-core'

/**
 * Each visible text, and its contrast to what is behind it as the WCAG define it.
 * @param host an element whose shadow is looked at in the page's place
 */
export function contrasts(page: Page, host?: string): Promise<[text: string, ratio: number][]> {
  return page.evaluate((host) => {
    const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((value) => {
        const c = value / 255
        return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element: Element | null): number[] => {
      if (!element) return [255, 255, 255]
      const color = parse(getComputedStyle(element).backgroundColor)
      return color.length === 4 && color[3] === 0 ? behind(element.parentElement) : color
    }
    const root = host === undefined ? document.body : document.querySelector(host)?.shadowRoot
    const found: [string, number][] = []
    for (const element of root?.querySelectorAll('*') ?? []) {
      const text = [...element.childNodes].find((n) => n.nodeType === 3 && n.textContent?.trim())
      if (!text || !element.checkVisibility() || element.closest('.hidden')) continue
      const fore = luminance(parse(getComputedStyle(element).color).slice(0, 3))
      const back = luminance(behind(element).slice(0, 3))
      const ratio = (Math.max(fore, back) + 0.05) / (Math.min(fore, back) + 0.05)
      found.push([text.textContent?.trim() ?? '', ratio])
    }
    return found
  }, host)
}

export const readable = (found: [string, number][]) =>
  found.length > 10 && found.every(([, ratio]) => ratio >= 4.5)
