import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '../service/process.ts'

/** A Jenkins of the war that was given, as a process of its own with a home of its own. */
export interface Controller extends AsyncDisposable {
  readonly url: string
  readonly user: string
  readonly token: string
  readonly version: string
  /** A file in its home; undefined while there is none. */
  file(name: string): Promise<string | undefined>
  json<T>(path: string): Promise<T>
  text(path: string): Promise<string>
  post(path: string, type: string, body: string): Promise<void>
  /** Runs Groovy there. */
  run(script: URL): Promise<void>
}

const BOOT = { timeout: 120_000, interval: 500 }
const user = 'slipway'

/** Resolves once it answers. It asks nothing of the world outside. */
export async function startController(war: string, host: string): Promise<Controller> {
  const home = await mkdtemp(join(tmpdir(), 'slipway-jenkins-'))
  await mkdir(join(home, 'init.groovy.d'))
  await writeFile(join(home, 'init.groovy.d/setup.groovy'), await readFile(new URL('setup.groovy', import.meta.url)))
  const port = await freePort()
  const url = `http://${host}:${port}`
  const quiet = ['jenkins.install.runSetupWizard=false', 'hudson.model.UpdateCenter.never=true']
  const options = [...quiet, 'hudson.model.DownloadService.never=true', 'java.awt.headless=true']
  const child = spawn(
    'java',
    [...options.map((option) => `-D${option}`), '-jar', war, `--httpPort=${port}`, `--httpListenAddress=${host}`],
    { env: { ...process.env, JENKINS_HOME: home, SLIPWAY_TEST_URL: `${url}/` }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said += chunk))
  const ended = once(child, 'exit')

  async function file(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(home, name), 'utf8')
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined
      throw error
    }
  }

  const token = await vi.waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said}`)
    const written = await file('slipway-token')
    if (written === undefined) throw new Error(`it is not up:\n${said.slice(-2000)}`)
    return written
  }, BOOT)

  async function ask(path: string, init: Pick<RequestInit, 'method' | 'body'> = {}, type?: string): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`
    const headers = { authorization, ...(type !== undefined && { 'content-type': type }) }
    const response = await fetch(`${url}/${path}`, { ...init, headers })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }

  async function post(path: string, type: string, body: string): Promise<void> {
    await ask(path, { method: 'POST', body }, type)
  }

  const { headers } = await vi.waitFor(() => ask('api/json'), BOOT)
  return {
    url,
    user,
    token,
    version: headers.get('x-jenkins') ?? 'unknown',
    file,
    json: async <T>(path: string) => (await (await ask(path)).json()) as T,
    text: async (path) => (await ask(path)).text(),
    post,
    async run(script) {
      const form = new URLSearchParams({ script: await readFile(script, 'utf8') })
      await post('scriptText', 'application/x-www-form-urlencoded', form.toString())
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await rm(home, { recursive: true, force: true })
    },
  }
}
