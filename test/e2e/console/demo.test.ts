import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium, launch, openPage } from './chromium.ts'
import { startDemo, type DemoProcess } from './demo-process.ts'

const executable = findChromium()
const minutes = 60_000

describe.skipIf(executable === undefined)('the console of a running demo', () => {
  let browser: Browser
  let demo: DemoProcess
  let page: Page
  let complaints: readonly string[]

  beforeAll(async () => {
    browser = await launch(executable ?? '')
    demo = await startDemo()
    const opened = await openPage(browser)
    ;({ page, complaints } = opened)
    page.setDefaultTimeout(2 * minutes)
    await page.goto(demo.consoleUrl)
  })
  afterAll(async () => {
    await browser.close()
    await demo.stop()
  })

  const go = (word: string) => page.getByRole('navigation').getByRole('link', { name: word }).click()

  it('shows agents at work on machines, as they come', async () => {
    await page.locator('.live-sign.live').waitFor()
    await page.locator('.fleet .block.running').first().waitFor()
    expect(
      await page
        .getByText(/All is well|held by limits/)
        .first()
        .textContent(),
    ).toMatch(/running/)
    expect(page.url()).not.toContain('token')
  })

  it('shows a job that runs: its steps, why it is where it is, and its output as it comes', async () => {
    await go('Jobs')
    await page.getByRole('combobox').selectOption('running')
    await page
      .getByRole('link', { name: /unit tests|build/ })
      .first()
      .click()
    await page.getByText(/^job \d+ begins/).waitFor()
    await page.getByText(/step 3 of/).waitFor()
    await page.getByText(/is the first that satisfies it/).waitFor()
    expect(await page.locator('.steps li').count()).toBeGreaterThan(0)
  })

  it('drains a machine, and the journal says who did', async () => {
    await go('Machines')
    await page.getByRole('link', { name: 'rack-1' }).click()
    await page.getByRole('button', { name: 'Drain…' }).click()
    await page.getByRole('textbox').fill('a look inside')
    await page.getByRole('button', { name: 'Drain', exact: true }).click()
    await page
      .locator('.page-title')
      .getByText(/draining|cordoned/)
      .waitFor()
    const entry = page.getByRole('row').filter({ hasText: 'a look inside' }).first()
    await entry.waitFor()
    expect(await entry.textContent()).toContain('you via console')
    await page.getByRole('button', { name: 'Use again…' }).click()
    await page.getByRole('button', { name: 'Use it again' }).click()
    await page.getByRole('button', { name: 'Drain…' }).waitFor()
  })

  it('shows what it cost, and the policy', async () => {
    await go('Policy')
    await page.getByRole('heading', { name: 'Pool e2e' }).waitFor()
    await go('Cost')
    // Machines are charged once a minute.
    await page.getByRole('heading', { name: 'By day' }).waitFor()
    await page.getByText('One VM per job').waitFor()
    await page
      .getByRole('rowheader', { name: /^acme\// })
      .first()
      .waitFor()
    expect(complaints).toEqual([])
  })

  it('ends with Ctrl-C', async () => {
    expect(await demo.stop(), demo.output()).toBe(0)
    expect(demo.output()).toContain('everything is cleaned up')
  })
})
