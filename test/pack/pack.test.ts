import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const npm = { maxBuffer: 64 * 1024 * 1024, shell: false } as const

/** The package as its users get it: packed, installed into a folder of its own, run by its command. */
let scratch: string
let tarball: string

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'slipway-pack-'))
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', scratch], npm)
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }]
  tarball = packed.filename
  writeFileSync(join(scratch, 'package.json'), '{"name": "scratch", "private": true}')
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], { ...npm, cwd: scratch })
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function slipway(...args: string[]): Promise<Ended> {
  const command = join(scratch, 'node_modules/.bin/slipway')
  return run(command, args, { ...npm, cwd: scratch }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  )
}

describe('the packed package', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect((await slipway('--version')).stdout.trim()).toBe(version)
  })

  it('prints the JSON Schema of its configuration', async () => {
    const { stdout } = await slipway('schema')
    expect(JSON.parse(stdout)).toMatchObject({ properties: { pools: {}, fleets: {}, sources: {} } })
  })

  it('refuses a wrong configuration with exit code 2 and names every mistake', async () => {
    const file = join(scratch, 'slipway.yaml')
    writeFileSync(file, 'owner: acme\nsorces: []\n')
    const { code, stdout, stderr } = await slipway('validate', '--config', file)
    expect(code).toBe(2)
    expect(stdout + stderr).toMatch(/sorces.*sources/s)
  })

  it('opens its store and makes a token', async () => {
    const file = join(scratch, 'minimal.yaml')
    copyFileSync('config/minimal.yaml', file)
    const { code, stdout } = await slipway('token', 'create', 'me', '--roles', 'read', '--offline', '--config', file)
    expect(code).toBe(0)
    expect(stdout).toMatch(/\S{20,}/)
    expect(existsSync(join(scratch, 'slipway.db'))).toBe(true)
  })

  it('brings the programs and the documents, and no source or test', () => {
    const folder = join(scratch, 'node_modules/slipway')
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'bin', 'config', 'dist', 'docs']),
    )
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    )
    expect(files).toEqual(expect.arrayContaining(['dist/console/index.html', 'dist/console/licences.md']))
    expect(files.filter((file) => file.endsWith('.ts') || file.includes('.test.'))).toEqual([])
  })
})
