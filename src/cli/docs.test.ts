import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createCliFake } from '../../test/fakes/cli.ts'
import { EXIT } from './exit.ts'
import { INTERRUPTED } from './interrupt.ts'
import { buildProgram } from './program.ts'

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

it('docs/cli.md names every command', () => {
  const cli = createCliFake()
  const leaves = buildProgram(cli.commands, cli.io).commands.flatMap((command) =>
    command.commands.length > 0
      ? command.commands.map((child) => `slipway ${command.name()} ${child.name()}`)
      : [`slipway ${command.name()}`],
  )
  expect(leaves.length).toBeGreaterThan(15)
  expect(leaves.filter((name) => !page.includes(`\`${name}`))).toEqual([])
})

it('docs/cli.md and the help list every exit code', async () => {
  const cli = createCliFake()
  await cli.run('--help')
  for (const code of Object.values(EXIT)) {
    expect(page).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
    expect(cli.out()).toMatch(new RegExp(`^ {2}${code} {2}`, 'm'))
  }
  for (const code of Object.values(INTERRUPTED)) expect(page).toContain(String(code))
})

it('every command that has something to show takes --json', () => {
  const cli = createCliFake()
  const leaves = buildProgram(cli.commands, cli.io).commands.flatMap((command) =>
    command.commands.length > 0 ? [...command.commands] : [command],
  )
  const without = leaves.filter((command) => !command.options.some((option) => option.long === '--json'))
  expect(without.map((command) => command.name())).toEqual([])
})
