import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { Html } from './html.ts'

const { document } = parseHTML('<!doctype html><html><body></body></html>')

/** Width of a plot, in CSS pixels: what a phone shows at its own size. */
export const plotWidth = 360

/** An axis's name in its middle, clear of the numbers. */
export const below = { labelAnchor: 'center', labelArrow: 'none' } as const

/**
 * A plot as SVG markup, in the colours of the page around it.
 * @param title what it shows, for those who do not see it
 */
export function plot(title: string, options: Plot.PlotOptions): Html {
  const svg = Plot.plot({
    width: plotWidth,
    ...options,
    document: document as unknown as Document,
  })
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', title)
  // Styles of its own would need an exception from the page's content security policy.
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.setAttribute('font-size', '12')
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title')
  name.textContent = title
  svg.prepend(name as unknown as Node)
  return new Html(svg.outerHTML)
}
