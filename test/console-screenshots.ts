/**
 * `npm run console:screenshots`: the pictures of the console in docs/images, of a running demo. It needs a container
 * engine, Chromium, pngquant, and three minutes.
 */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import type { Now } from '../src/domain/console/live.ts'
import { desktop, findChromium, launch, openPage, phone } from './e2e/console/chromium.ts'
import { startDemo } from './e2e/console/demo-process.ts'

const FOLDER = 'docs/images'
const MOST_BYTES = 150_000
/** So long has a team worked when the pictures are taken: there are costs, and jobs of all states. */
const WORK_MS = 100_000

const executable = findChromium()
if (executable === undefined) process.exitCode = 1
else await main(executable)

async function main(chromium: string): Promise<void> {
  const demo = await startDemo()
  const browser = await launch(chromium)
  try {
    const { page } = await openPage(browser, { viewport: desktop, colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(demo.consoleUrl)
    await page.locator('.verdict').waitFor()
    await page.waitForTimeout(WORK_MS)
    await drainOne(page)
    await page.getByRole('navigation').getByRole('link', { name: 'Now' }).click()
    await moment(page, isRich)
    // The picture follows the service within a second, and a machine boots in not much more.
    await page.locator('body:has(.bay.coming):has(.bay.draining)').waitFor()
    await shoot(page, 'console-now')
    await othersOf(page)
    await onPhone(browser, page)
  } finally {
    await browser.close()
    await demo.stop()
  }
}

/** Looks until there is a moment that is as wanted. */
async function moment<T>(page: Page, found: (now: Now) => T | undefined): Promise<T> {
  for (;;) {
    const it = found(await page.evaluate<Now>("fetch('/api/v1/now').then((answer) => answer.json())"))
    if (it !== undefined) return it
    await page.waitForTimeout(100)
  }
}

/** One with work on it, so that it is seen draining. */
async function drainOne(page: Page): Promise<void> {
  const key = await moment(page, ({ machines }) => {
    const working = machines.filter(({ fleet, agents }) => fleet === 'large' && agents.length >= 2)
    return working.find(({ agents }) => agents.every(({ state }) => state === 'running'))?.key
  })
  await page.goto(new URL(`/machines/${key}`, page.url()).href)
  await page.getByRole('button', { name: 'Drain…' }).click()
  await page.getByRole('textbox').fill('kernel update')
  await page.getByRole('button', { name: 'Drain', exact: true }).click()
  await page.getByRole('button', { name: 'Use again…' }).waitFor()
}

/** Something of everything: jobs that run and wait, a machine that boots, one that drains. */
function isRich({ machines, jobs, queue }: Now): true | undefined {
  const boots = machines.some(({ state }) => state === 'booting' || state === 'creating')
  const drains = machines.some(({ cordon, agents }) => cordon !== undefined && agents.length > 0)
  return (boots && drains && jobs.running >= 4 && queue.length > 0) || undefined
}

async function othersOf(page: Page): Promise<void> {
  await page.goto(new URL('/jobs?state=running&search=build', page.url()).href)
  await page.getByRole('link', { name: 'build' }).first().click()
  await page.getByText(/step 9 of/).waitFor()
  await shoot(page, 'console-job')
  await page.goto(new URL('/cost?days=7', page.url()).href)
  await page.getByText('One VM per job').waitFor()
  await page.waitForTimeout(500)
  await shoot(page, 'console-cost')
}

/** The same session in the dark, on a telephone. */
async function onPhone(browser: Browser, page: Page): Promise<void> {
  const storageState = await page.context().storageState()
  const { page: small } = await openPage(browser, {
    viewport: phone,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    storageState,
  })
  await small.goto(new URL('/', page.url()).href)
  await small.locator('.fleet .block.running').first().waitFor()
  await shoot(small, 'console-phone')
}

async function shoot(page: Page, name: string): Promise<void> {
  const path = `${FOLDER}/${name}.png`
  await page.screenshot({ path })
  // A quarter of the bytes, and looks the same.
  const { error } = spawnSync('pngquant', ['--force', '--skip-if-larger', '--ext', '.png', '128', path])
  if (error) console.error(`pngquant is not installed: ${path} is larger than it could be`)
  const { size } = statSync(path)
  console.log(`${path}: ${size} bytes`)
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes; ${MOST_BYTES} are the most`)
}
