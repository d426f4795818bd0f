import { existsSync } from 'node:fs'
import { applyHostRules, installHostRules, removeHostRules, runHere, uninstallHostRules } from './apply.ts'
import { applyHostRulesByHelper, type HelperOptions } from './helper.ts'
import { hostRulesScript, hostRulesUnit, SCRIPT_PATH, UNIT_PATH } from '../../../kit/packet-filter/script.ts'

export interface PrepareHostOptions {
  readonly apply: boolean
  readonly remove: boolean
  readonly enginePorts: readonly number[]
  /** Instead: applies them to the host of an engine, from a one-shot container there. */
  readonly helper?: Omit<HelperOptions, 'rules'>
}

/** What `slipway host prepare` does to the host it runs on, and says. Rejects with Refused when it can't. */
export async function prepareHost({ apply, remove, enginePorts, helper }: PrepareHostOptions): Promise<string> {
  const options = { enginePorts }
  if (helper) {
    await applyHostRulesByHelper({ ...helper, rules: options })
    return 'The rules are applied, until that host boots again. Apply them there to have them at every boot.'
  }
  if (remove) {
    const removed = await removeHostRules(runHere)
    await uninstallHostRules(runHere)
    return removed ? 'The rules are gone, and are not applied at boot any more.' : 'There were no rules.'
  }
  if (!apply) return [hostRulesScript(options), ...howToKeep()].join('\n')
  const { added, present, skipped } = await applyHostRules(runHere, options)
  const words = [
    `Rules of this host: ${added} added, ${present} were there.`,
    ...skipped.map((why) => `Left out ${why}.`),
  ]
  if (!systemdRuns()) return [...words, `Without systemd, see to it that they are applied at boot.`].join('\n')
  await installHostRules(runHere, options)
  return [...words, `${UNIT_PATH} applies them at boot.`].join('\n')
}

function systemdRuns(): boolean {
  return existsSync('/run/systemd/system')
}

/** As comments, so that the whole stays a script. */
function howToKeep(): string[] {
  return [
    `# To have them at every boot, save this as ${SCRIPT_PATH}`,
    `# and the following as ${UNIT_PATH},`,
    '# then: systemctl enable --now slipway-host-rules',
    '#',
    ...hostRulesUnit()
      .trimEnd()
      .split('\n')
      .map((line) => `# ${line}`.trimEnd()),
    '',
  ]
}
