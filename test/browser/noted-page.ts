import type { BrowserContext, Page } from 'playwright-core'

/** A page, what it asks for, and what its policy refused. */
export interface NotedPage {
  page: Page
  /** Addresses, as they come. */
  requests: string[]
  /** `DIRECTIVE: ADDRESS` of each breach of its content security policy. */
  violations(): Promise<string[]>
}

export async function newNotedPage(context: BrowserContext): Promise<NotedPage> {
  const page = await context.newPage()
  const requests: string[] = []
  context.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(globalThis, { violations: seen })
    document.addEventListener('securitypolicyviolation', (event) => {
      seen.push(`${event.violatedDirective}: ${event.blockedURI}`)
    })
  })
  return {
    page,
    requests,
    violations: () =>
      page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations),
  }
}
