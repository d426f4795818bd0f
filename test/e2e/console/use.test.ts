import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launch, logIn, openPage } from './chromium.ts'
import { openShowcase, type Showcase } from './showcase.ts'
import { openWire } from './wire.ts'

const executable = findChromium()

describe.skipIf(executable === undefined)('the console', () => {
  let browser: Browser
  let showcase: Showcase

  beforeAll(async () => {
    browser = await launch(executable ?? '')
    showcase = await openShowcase()
  })
  afterAll(async () => {
    await browser.close()
    await showcase.close()
  })

  it('lets in who has a token, tells who has a wrong one, and lets out again', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${showcase.adminUrl}/machines`)
    await page.getByLabel('Token').fill('slw_wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    expect(await page.getByRole('alert').textContent()).toMatch(/token/)
    await page.getByLabel('Token').fill(showcase.token(['read']))
    await page.getByRole('button', { name: 'Log in' }).click()
    // One is where one wanted to go.
    await page.getByRole('heading', { name: 'Machines', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByLabel('Token').waitFor()
    await page.reload()
    await page.getByLabel('Token').waitFor()
    await close()
  })

  it('logs in with a token that is handed over in the address, and takes it out of the address', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(`${showcase.adminUrl}/cost#token=${showcase.token(['read'])}`)
    await page.getByRole('heading', { name: 'Cost', level: 1 }).waitFor()
    expect(page.url()).toBe(`${showcase.adminUrl}/cost`)
    await close()
  })

  it('shows no buttons to who may only read, and the server refuses all the same', async () => {
    const { page, close } = await openPage(browser)
    await logIn(page, showcase.adminUrl, showcase.token(['read']))
    await page.goto(`${showcase.adminUrl}/machines/sp-a4`)
    await page.getByRole('heading', { name: 'sp-a4', level: 1 }).waitFor()
    expect(await page.getByRole('button', { name: /Drain/ }).count()).toBe(0)
    await page.goto(`${showcase.adminUrl}/jobs/${encodeURIComponent('github/32000006/1')}`)
    await page.getByText('lacks the role “logs”').waitFor()
    const answer = await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/api/v1/me')).json()) as { csrf: string }
      const headers = { 'content-type': 'application/json', 'x-slipway-csrf': csrf }
      const body = JSON.stringify({ reason: 'because' })
      return (await fetch('/api/v1/machines/sp-a4/drain', { method: 'POST', headers, body })).status
    })
    expect(answer).toBe(403)
    await close()
  })

  it('follows what happens without being asked', async () => {
    const { page, close } = await openPage(browser)
    await logIn(page, showcase.adminUrl, showcase.token(['read']))
    await page.getByText('All is well: 17 jobs running, 11 wait').waitFor()
    showcase.tell({ jobs: { waiting: 0, queued: 0, running: 4 }, queue: [] })
    await page.getByText('All is well: 4 jobs running, nobody waits.').waitFor()
    showcase.tell({ problems: ['the store takes no writes: disk full'] })
    await page.getByText('1 thing to look at').first().waitFor()
    expect(await page.getByRole('status').textContent()).toContain('1 thing to look at')
    showcase.tell({ problems: [] })
    await close()
  })

  it('says so when it hears nothing, and comes back by itself', async () => {
    await using wire = await openWire(showcase.adminUrl)
    const { page, close } = await openPage(browser)
    await page.clock.install()
    await logIn(page, wire.url, showcase.token(['read']))
    wire.cut()
    await page.locator('.live-sign.reconnecting').waitFor()
    await page.clock.fastForward(16_000)
    await page.locator('.live-sign.stale').waitFor()
    await page.getByText('No word from the service').waitFor()
    wire.mend()
    await page.clock.fastForward(4000)
    await page.locator('.live-sign.live').waitFor()
    expect(await page.getByText('No word from the service').count()).toBe(0)
    await close()
  })

  it('can be used by keyboard alone, up to draining a machine', async () => {
    const { page, close } = await openPage(browser)
    await page.goto(showcase.adminUrl)
    await page.getByLabel('Token').waitFor()
    // The field has the focus.
    await page.keyboard.type(showcase.token(['admin']))
    await page.keyboard.press('Enter')
    await page.locator('.verdict').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the page')
    await tabTo(page, /^Machine vm-2b9x/)
    await page.keyboard.press('ArrowRight')
    expect(await focused(page)).toMatch(/^Machine vm-5c1d/)
    await page.keyboard.press('End')
    expect(await focused(page)).toMatch(/^Machine vm-7f3k/)
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'vm-2b9x', level: 1 }).waitFor()
    expect(await focused(page)).toBe('vm-2b9x')
    await tabTo(page, /^Drain/)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Drain vm-2b9x?' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await focused(page)).toBe('Drain…')
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await page.keyboard.type('new kernel')
    await tabTo(page, /^Drain$/)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Use again…' }).waitFor()
    expect(showcase.drained).toEqual([{ machine: 'vm-2b9x', reason: 'new kernel', by: 'ada via console' }])
    await close()
  })

  it('finds jobs by what is typed, and keeps the search in the address', async () => {
    const { page, close } = await openPage(browser)
    await logIn(page, showcase.adminUrl, showcase.token(['read']))
    await page.goto(`${showcase.adminUrl}/jobs`)
    await page.getByRole('searchbox').fill('typecheck')
    await page.waitForURL(/search=typecheck/)
    await page.getByRole('link', { name: 'unit tests' }).first().waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'typecheck' }).first().waitFor()
    await page.getByRole('combobox').selectOption('queued')
    await page.getByText('No job is like that.').waitFor()
    await page.goto(`${showcase.adminUrl}/jobs/nowhere`)
    await page.getByRole('link', { name: 'All jobs' }).waitFor()
    expect(await page.getByText('Nobody knows nowhere.').isVisible()).toBe(true)
    await close()
  })

  it('keeps the theme that was chosen', async () => {
    const { page, close } = await openPage(browser, { colorScheme: 'light' })
    await logIn(page, showcase.adminUrl, showcase.token(['read']))
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.getByRole('button', { name: 'Theme: system' }).click()
    await page.getByRole('button', { name: 'Theme: light' }).click()
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
    const dark = await background()
    expect(dark).not.toBe(light)
    await page.reload()
    await page.locator('.verdict').waitFor()
    expect(await background()).toBe(dark)
    await close()
  })

  it('moves nothing for who wants no motion', async () => {
    const { page, close } = await openPage(browser, { reducedMotion: 'reduce' })
    await logIn(page, showcase.adminUrl, showcase.token(['read']))
    await page.locator('.bay.coming').first().waitFor()
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
    await close()
  })
})

/** What a screen reader would call what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(({ activeElement: it }) =>
    it?.getAttribute('aria-label') ?? it?.textContent?.trim() ?? '')(document)`)
}

const MOST_STOPS = 60

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    if (name.test(await focused(page))) return
  }
  throw new Error(`the tab key never came to ${name.source}`)
}
