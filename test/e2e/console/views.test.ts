import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { violationsOf } from './accessibility.ts'
import { desktop, findChromium, launch, logIn, openPage, phone } from './chromium.ts'
import { manyMachines } from './sample/now.ts'
import { openShowcase, pages, type Showcase } from './showcase.ts'

const executable = findChromium()

it('the pages are small: what a browser loads, compressed', () => {
  const bytes = globSync(`${pages}/**/*.gz`).map((file) => statSync(file).size)
  expect(bytes.length).toBeGreaterThan(2)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000)
})

describe.skipIf(executable === undefined)('every view', () => {
  let browser: Browser
  let showcase: Showcase
  /** For people's own eyes: where pictures of all views go, if anywhere. */
  const folder = process.env['CONSOLE_SCREENSHOTS']

  beforeAll(async () => {
    browser = await launch(executable ?? '')
    showcase = await openShowcase()
  })
  afterAll(async () => {
    await browser.close()
    await showcase.close()
  })

  const views = [
    { path: '/', shows: 'vm-2b9x' },
    { path: '/jobs', shows: 'unit tests' },
    { path: `/jobs/${encodeURIComponent('github/32000006/1')}`, shows: 'step 60: compiled and tested' },
    { path: '/machines', shows: 'rack-1' },
    { path: '/machines/vm-2b9x', shows: 'kernel update' },
    { path: '/cost', shows: 'One VM per job' },
    { path: '/policy', shows: 'Europe/Berlin' },
  ]
  const looks = [desktop, phone].flatMap((viewport) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
  )

  it.each(looks)('at $viewport.width pixels, $colorScheme: no barrier, nothing cut off, no complaint', async (look) => {
    const { page, complaints, close } = await openPage(browser, { ...look, reducedMotion: 'reduce' })
    await logIn(page, showcase.adminUrl, showcase.token(['admin']))
    for (const { path, shows } of views) {
      await page.goto(showcase.adminUrl + path)
      await page.getByText(shows).first().waitFor()
      expect(await violationsOf(page), path).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0)
      const name = `${path.replaceAll(/\W+/g, '-')}-${look.viewport.width}-${look.colorScheme}.png`
      if (folder !== undefined) await page.screenshot({ path: join(folder, name), fullPage: true })
    }
    expect(complaints).toEqual([])
    await close()
  })

  it('the login page has no barrier either', async () => {
    for (const look of looks) {
      const { page, complaints, close } = await openPage(browser, look)
      await page.goto(showcase.adminUrl)
      await page.getByLabel('Token').waitFor()
      expect(await violationsOf(page)).toEqual([])
      expect(complaints).toEqual([])
      await close()
    }
  })

  it('asks again at once after a question was left', async () => {
    const { page, close } = await openPage(browser)
    await logIn(page, showcase.adminUrl, showcase.token(['admin']))
    await page.goto(`${showcase.adminUrl}/machines/vm-5c1d`)
    await page.getByRole('button', { name: 'Drain…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Drain vm-5c1d?' })
    await dialog.waitFor()
    // Both in one task, before the browser tells that the dialog was closed.
    await page.evaluate(`(async () => {
      const press = (words) => [...document.querySelectorAll('button')].find((button) => button.textContent === words).click()
      press('Leave it')
      await Promise.resolve()
      press('Drain…')
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    })()`)
    expect(await dialog.isVisible()).toBe(true)
    await close()
  })

  it('draws hundreds of machines without words, quickly, and each is still named', async () => {
    const many = await openShowcase((at) => manyMachines(at, 400))
    const { page, close } = await openPage(browser)
    await logIn(page, many.adminUrl, many.token(['read']))
    expect(await page.locator('.bay.compact').count()).toBe(400)
    expect(await page.getByRole('link', { name: /^Machine vm-2b9x-0: 16 CPU/ }).count()).toBe(1)
    const [machine] = manyMachines(0, 1).machines
    const drawn = page.locator('.bay.compact.lost')
    if (machine) many.tell({ machines: [{ ...machine, state: 'unreachable' }] })
    await drawn.waitFor()
    await close()
    await many.close()
  })
})
