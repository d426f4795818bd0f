import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Refused } from '../../../domain/errors.ts'
import { ACK, CANNOT_RUN, encodeActivation, NEVER_ACTIVATED, wrapperEntrypoint } from './wrapper.ts'

const SHELLS: readonly (readonly string[])[] = [
  ['/bin/sh'],
  ['/bin/dash'],
  ['/bin/bash', '--posix'],
  ['/bin/busybox', 'sh'],
]
const present = SHELLS.filter(([path]) => path && existsSync(path)).map((shell) => [shell.join(' '), shell] as const)

/** SHLVL: bash takes its input here for a remote login otherwise, and reads the user's settings. */
function run(shell: readonly string[], input: string, command: readonly string[]) {
  const [, ...rest] = wrapperEntrypoint(false)
  const [program = '', ...flags] = [...shell, ...rest]
  const { status, stdout } = spawnSync(program, [...flags, ...command], {
    input,
    env: { PATH: '/usr/bin:/bin', SHLVL: '2' },
  })
  return { status, said: stdout.toString() }
}

describe.each(present)('the wrapper in %s', (_name, shell) => {
  const print = ['sh', '-c', 'printf "%s|%s" "$A" "$B"']

  it('hands values over byte for byte', () => {
    const a = ' $(id) `id` "q" \'s\' \\n %s * ~ ü☃\ttab\nline\n\n'
    const { said, status } = run(shell, encodeActivation({ A: a, B: '' }), print)
    expect(said).toBe(`${ACK}\n${a}|`)
    expect(status).toBe(0)
  })

  it('skips what stands before the first line of ours', () => {
    const { said } = run(shell, `{"stream":true}${encodeActivation({ A: 'x', B: 'y' })}`, print)
    expect(said).toBe(`${ACK}\nx|y`)
  })

  it('runs nothing when its input ends early', () => {
    const whole = encodeActivation({ A: 'x', B: 'y' })
    for (const input of ['', '\nslipway-env\n', whole.slice(0, -3)]) {
      const { said, status } = run(shell, input, print)
      expect(said).toBe(`${NEVER_ACTIVATED}\n`)
      expect(status).toBe(125)
    }
  })

  it.each(['2X value', 'A-B value', 'A=B value', 'A;id value', '$(id) value'])('refuses the line %j', (line) => {
    const { said, status } = run(shell, `\nslipway-env\n${line}\n.\n`, print)
    expect(status).toBe(125)
    expect(said).toBe('slipway: broken activation\n')
  })

  it('says what it can’t run, and does not acknowledge', () => {
    const { said, status } = run(shell, encodeActivation({}), ['no-such-command', 'x'])
    expect(status).toBe(127)
    expect(said).toBe(`${CANNOT_RUN} no-such-command: not found in the image\n`)
  })

  it('keeps the exit code, the arguments and an empty input for the command', () => {
    const { said, status } = run(shell, encodeActivation({}), ['sh', '-c', 'cat; echo "$1"; exit 9', 'x', 'two words'])
    expect(said).toBe(`${ACK}\ntwo words\n`)
    expect(status).toBe(9)
  })

  it('leaves no variable of its own behind', () => {
    const { said } = run(shell, encodeActivation({ A: 'x' }), ['sh', '-c', 'set'])
    expect(said).not.toContain('_slw')
  })
})

describe('what is written to a waiting container', () => {
  it.each(['1A', 'A-B', '', 'A B', 'PPID', 'IFS', 'OPTIND', '_slwn'])('refuses the name %j', (name) => {
    expect(() => encodeActivation({ [name]: 'x' })).toThrow(Refused)
  })

  it('refuses a NUL', () => {
    expect(() => encodeActivation({ A: 'a\0b' })).toThrow('NUL')
  })

  it('is plain where the value is plain', () => {
    expect(encodeActivation({ TOKEN: 'abc+/=09' })).toBe('\nslipway-env\nTOKEN abc+/=09\n.\n')
    expect(encodeActivation({ TOKEN: 'a b' })).toContain('TOKEN a\\0040b')
  })
})

it('marks the job only when being activated is being at work', () => {
  expect(wrapperEntrypoint(true).join(' ')).toContain('/tmp/.slipway-job')
  expect(wrapperEntrypoint(false).join(' ')).not.toContain('/tmp/.slipway-job')
})
