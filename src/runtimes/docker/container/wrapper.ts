import { Refused } from '../../../domain/errors.ts'

/*
 * A container is started ahead and waits on its stdin for the secrets: its first process is this script, which turns
 * itself into the command once it has them. Nothing that the engine shows (environment, arguments) holds a secret.
 *
 * The lines are `NAME value` between `slipway-env` and `.`; what stands before is skipped, because the engine may hand
 * the body of the attach request over as well. In a value, every byte that is not plain is written as \0ooo, which the
 * `printf` built into every sh decodes: no tool of the image is needed and nothing is ever evaluated.
 */

/** `$0` of a waiting container: how `activity` knows it among the processes. */
export const WAITING = 'slipway-waiting'
export const ACK = 'slipway: activated'
/** Written before every failure of the wrapper itself. */
export const CANNOT_RUN = 'slipway: cannot run'
export const NEVER_ACTIVATED = 'slipway: never activated'
/** There when the agent is at work. On the container's own files: the engine's archive API sees no tmpfs. */
export const JOB_MARKER = '/tmp/.slipway-job'

const read = [
  `_slw=wait;`,
  `while [ "$_slw" != go ] && IFS=' ' read -r _slwn _slwv;`,
  `do case "$_slw:$_slwn" in`,
  `wait:slipway-env) _slw=env ;;`,
  `wait:*) ;;`,
  `env:.) _slw=go ;;`,
  `env:[!A-Za-z_]*|env:*[!A-Za-z0-9_]*|env:) echo "slipway: broken activation"; exit 125 ;;`,
  `*) case "$_slwv" in *\\\\*) _slwv=$(printf '%b.' "$_slwv"); _slwv=\${_slwv%.} ;; esac; export "$_slwn=$_slwv" ;;`,
  `esac; done`,
  `; [ "$_slw" = go ] || { echo "${NEVER_ACTIVATED}"; exit 125; }`,
  `; unset _slw _slwn _slwv`,
].join(' ')

const check = `command -v "$1" >/dev/null 2>&1 || { echo "${CANNOT_RUN} $1: not found in the image"; exit 127; }`
const mark = `{ mkdir -p /tmp; true >${JOB_MARKER}; } 2>/dev/null`
const start = `echo "${ACK}"; exec "$@" </dev/null`

/** The entrypoint: `command` follows as arguments. One line, so that it stays one line in a list of processes. */
export function wrapperEntrypoint(runsAtOnce: boolean): string[] {
  const script = [read, check, ...(runsAtOnce ? [mark] : []), start].join('; ')
  return ['/bin/sh', '-c', script, WAITING]
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** Shells refuse to set these, or stop working. */
const UNSETTABLE = /^(PPID|UID|EUID|GID|EGID|IFS|OPTIND|BASHOPTS|SHELLOPTS|_slw.*)$/

/** What is written to the waiting container. Refused for names that a shell can't hold and values with a NUL. */
export function encodeActivation(env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => {
    if (!NAME.test(name) || UNSETTABLE.test(name)) throw new Refused(`${name} can't be set as an environment variable`)
    if (value.includes('\0')) throw new Refused(`the value of ${name} holds a NUL, which no environment can`)
    return `${name} ${encodeValue(value)}`
  })
  return ['', 'slipway-env', ...lines, '.', ''].join('\n')
}

const PLAIN = /[A-Za-z0-9_@%+=:,./-]/

function encodeValue(value: string): string {
  let encoded = ''
  for (const byte of Buffer.from(value, 'utf8')) {
    const character = String.fromCharCode(byte)
    encoded += PLAIN.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`
  }
  return encoded
}
