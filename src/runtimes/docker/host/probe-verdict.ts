import type { IsolationProof } from '../../../domain/machine.ts'

export interface ProbeTarget {
  readonly host: string
  readonly port: number
  readonly what: 'metadata' | 'engine'
}

const METADATA: readonly ProbeTarget[] = [
  { host: '169.254.169.254', port: 80, what: 'metadata' },
  { host: '168.63.129.16', port: 80, what: 'metadata' },
  { host: '168.63.129.16', port: 32526, what: 'metadata' },
  { host: 'fd00:ec2::254', port: 80, what: 'metadata' },
  { host: 'fe80::a9fe:a9fe%eth0', port: 80, what: 'metadata' },
]

const ENGINE_PORTS = [2375, 2376]

export function probeTargets(hostAddresses: readonly string[]): ProbeTarget[] {
  const engines = hostAddresses.flatMap((host) => ENGINE_PORTS.map((port) => ({ host, port, what: 'engine' as const })))
  return [...METADATA, ...engines]
}

/**
 * The targets as arguments of the script: one a lane, whose lines are tried one after the other. All at once where the
 * bootstrap has lifted the kernel's limit of rejects: each is heeded only when it comes a second time, a second later.
 */
export function probeLanes(targets: readonly ProbeTarget[], atOnce: boolean): string[] {
  if (atOnce) return targets.map(nameOf)
  const lane = (what: ProbeTarget['what']) => targets.filter((target) => target.what === what).map(nameOf)
  return [lane('metadata'), lane('engine')].filter((names) => names.length > 0).map((names) => names.join('\n'))
}

/**
 * Tries the targets with whatever the image has, and prints `host port: what came of it`. bash, curl and busybox's
 * telnet tell a connection from a refusal from silence; other tools don't. The kernel sends few rejects a second, so
 * that trying all at once would make silence of some.
 */
export const PROBE_SCRIPT = [
  `if command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then`,
  `  try() { timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1" && echo CONNECTED' "$1" "$2" 2>&1; }`,
  `elif command -v curl >/dev/null 2>&1; then`,
  `  try() { case $1 in *:*) h="[$1]";; *) h=$1;; esac; curl -gsv --noproxy '*' -m 3 -o /dev/null "http://$h:$2/" 2>&1 | sed 's/^\\* Connected to.*/CONNECTED/'; }`,
  `elif command -v telnet >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then`,
  `  try() { timeout 3 telnet "$1" "$2" </dev/null 2>&1 | sed 's/^Connected to.*/CONNECTED/'; }`,
  `else echo NO-TOOL; exit 0; fi`,
  `lane() { while read -r host port; do answer=$(try "$host" "$port" </dev/null | tr '\\n' ' '); echo "$host $port: $answer"; done; }`,
  `for targets in "$@"; do echo "$targets" | lane & done; wait`,
].join('\n')

/**
 * `rule`: the reject of our own rules, which nothing else sends. `reached`: a connection. `refused`: nobody listens,
 * but no rule stands in the way either. `silent`: no answer, or none within reach.
 */
export type Outcome = 'rule' | 'reached' | 'refused' | 'silent'

export function outcomeOf(answer: string): Outcome {
  if (/CONNECTED/.test(answer)) return 'reached'
  if (/Protocol not available/i.test(answer)) return 'rule'
  if (/refused/i.test(answer)) return 'refused'
  return 'silent'
}

/**
 * Verified: every target was tried, none was reached, and none refused the connection. A refusal comes from the
 * address itself, so that whatever listens there tomorrow would be reached. The engine's ports on the host are what
 * makes this strict: without a rule, the host itself refuses.
 */
export function judgeProbe(
  targets: readonly ProbeTarget[],
  output: string,
  neighboursApart: boolean | undefined,
): { readonly proof: IsolationProof; readonly detail: string } {
  if (/^NO-TOOL$/m.test(output)) {
    return { proof: 'unknown', detail: 'the image has none of bash, curl and telnet, so that nothing could be tried' }
  }
  const answers = new Map(output.split('\n').map((line) => splitAnswer(line)))
  const missing = targets.filter((target) => !answers.has(nameOf(target)))
  if (missing.length > 0) {
    return {
      proof: 'unknown',
      detail: `the probe did not try ${missing.map(nameOf).join(', ')}: ${output.slice(0, 300)}`,
    }
  }
  const by = (outcome: Outcome) =>
    targets.filter((target) => outcomeOf(answers.get(nameOf(target)) ?? '') === outcome).map(nameOf)
  const [reached, refused, rule, silent] = [by('reached'), by('refused'), by('rule'), by('silent')]
  const verified = reached.length === 0 && refused.length === 0 && neighboursApart === true
  const words = [
    part('reached', reached),
    part('not blocked, only nobody listens', refused),
    neighboursApart === true ? '' : 'agents can reach one another: this engine keeps no containers of a network apart',
    part('blocked by the rules of `slipway host prepare`', rule),
    part('no answer (blocked otherwise, or nothing there)', silent),
  ]
  const mend = verified ? '' : '. Run `slipway host prepare` on the host'
  return { proof: verified ? 'verified' : 'unverified', detail: words.filter(Boolean).join('; ') + mend }
}

function splitAnswer(line: string): [string, string] {
  const end = line.indexOf(': ')
  return end < 0 ? [line.replace(/:$/, ''), ''] : [line.slice(0, end), line.slice(end + 2)]
}

function nameOf({ host, port }: ProbeTarget): string {
  return `${host} ${port}`
}

function part(words: string, names: readonly string[]): string {
  return names.length > 0 ? `${words}: ${names.join(', ')}` : ''
}
