import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** Where a Chromium is; in CI one must be, elsewhere its absence is told and these tests are skipped. */
export function findChromium(): string | undefined {
  const wanted = process.env['CHROMIUM']
  const found = wanted ?? places.find((place) => existsSync(place))
  if (found !== undefined) return found
  const help = 'NO CHROMIUM FOUND: the console is NOT tested. `apt-get install chromium`, or set CHROMIUM to one.'
  if (process.env['CI'] === 'true') throw new Error(help)
  process.stderr.write(`\n${'='.repeat(100)}\n${help}\n${'='.repeat(100)}\n\n`)
  return undefined
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

export const desktop = { width: 1280, height: 800 } as const
export const phone = { width: 390, height: 844 } as const

const tellViolations = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('against the policy: ' + event.violatedDirective + ' ' + event.blockedURI))`

/** A page, and everything that it complained of. */
export interface Watched {
  readonly page: Page
  readonly complaints: string[]
  readonly close: () => Promise<void>
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: desktop, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // Answers of 401 and 404 are part of some tests; the browser tells of each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  await page.addInitScript({ content: tellViolations })
  return { page, complaints, close: () => context.close() }
}

export async function logIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.locator('.live-sign.live').waitFor()
}
