import { execFile } from 'node:child_process'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refused } from '../../../domain/errors.ts'
import {
  HOST_CHAIN,
  hostJumps,
  hostRules,
  type HostCommand,
  type HostRulesOptions,
} from '../../../kit/packet-filter/rules.ts'
import { hostRulesScript, hostRulesUnit, SCRIPT_PATH, UNIT_PATH } from '../../../kit/packet-filter/script.ts'

/** Runs a program on the host to be prepared. `code` is not 0 when it failed or is not there. */
export type RunOnHost = (program: string, args: readonly string[]) => Promise<{ code: number; output: string }>

export interface AppliedRules {
  readonly added: number
  /** Were there before. */
  readonly present: number
  /** Left out, and why; empty when all hold. */
  readonly skipped: readonly string[]
}

/** Applies the rules; again changes nothing. Rejects with Refused, naming the command and what it said. */
export async function applyHostRules(run: RunOnHost, options: HostRulesOptions = {}): Promise<AppliedRules> {
  const ipv6 = (await run('ip6tables', ['-w', '-S'])).code === 0
  let added = 0
  let present = 0
  for (const rule of hostRules(options)) {
    if (rule.tool === 'ip6tables' && !ipv6) continue
    if (await alreadyThere(run, rule)) present++
    else {
      await apply(run, rule)
      added++
    }
  }
  return { added, present, skipped: ipv6 ? [] : ['IPv6: ip6tables does not work here'] }
}

async function alreadyThere(run: RunOnHost, { tool, unless }: HostCommand): Promise<boolean> {
  for (const check of unless) {
    if ((await run(tool, ['-w', ...check])).code === 0) return true
  }
  return false
}

async function apply(run: RunOnHost, { tool, args }: HostCommand): Promise<void> {
  const { code, output } = await run(tool, ['-w', ...args])
  if (code === 0) return
  throw new Refused(
    `${[tool, ...args].join(' ')}: ${output.trim() || `exit code ${code}`} (root and iptables are needed)`,
  )
}

/** Has the rules applied at every boot. Rejects with Refused when systemd is not there or says no. */
export async function installHostRules(run: RunOnHost, options: HostRulesOptions = {}): Promise<void> {
  await mkdir(dirname(SCRIPT_PATH), { recursive: true })
  await writeFile(SCRIPT_PATH, hostRulesScript(options))
  await chmod(SCRIPT_PATH, 0o755)
  await writeFile(UNIT_PATH, hostRulesUnit())
  for (const args of [['daemon-reload'], ['enable', 'slipway-host-rules.service']]) {
    const { code, output } = await run('systemctl', args)
    if (code !== 0) throw new Refused(`systemctl ${args.join(' ')}: ${output.trim() || `exit code ${code}`}`)
  }
}

/** Takes the rules away until they are applied again. True when there were any. */
export async function removeHostRules(run: RunOnHost): Promise<boolean> {
  let found = false
  for (const { tool, args } of hostJumps()) {
    while ((await run(tool, ['-w', '-C', ...args])).code === 0) {
      await apply(run, { tool, unless: [], args: ['-D', ...args] })
      found = true
    }
  }
  for (const tool of ['iptables', 'ip6tables'] as const) {
    if ((await run(tool, ['-w', '-S', HOST_CHAIN])).code !== 0) continue
    await apply(run, { tool, unless: [], args: ['-F', HOST_CHAIN] })
    await apply(run, { tool, unless: [], args: ['-X', HOST_CHAIN] })
    found = true
  }
  return found
}

/** Has them applied at boot no more. */
export async function uninstallHostRules(run: RunOnHost): Promise<void> {
  await run('systemctl', ['disable', 'slipway-host-rules.service'])
  await Promise.all([SCRIPT_PATH, UNIT_PATH].map((path) => rm(path, { force: true })))
}

/** The host that this process runs on. */
export const runHere: RunOnHost = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 127) : 0
      resolve({ code, output: `${stdout}${stderr}` || (error?.message ?? '') })
    })
  })
