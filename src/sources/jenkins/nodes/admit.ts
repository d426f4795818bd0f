import { z } from 'zod'
import { NameTaken, NotFound, Refused } from '../../../domain/errors.ts'
import type { Admission, AdmissionRequest } from '../../../domain/ports/source.ts'
import type { Controller } from '../api/controller.ts'
import type { Dialect } from '../dialect.ts'
import { labelString } from '../labels/node-labels.ts'
import { markOf } from './node.ts'
import { createSecretReader } from './secret.ts'

export interface AdmitOptions {
  readonly owner: string
  readonly controller: Controller
  readonly dialect: Dialect
  readonly workDir: string
  readonly onMade: () => void
}

const NODE_TYPE = 'hudson.slaves.DumbSlave'
const ALWAYS = 'hudson.slaves.RetentionStrategy$Always'

/** Makes a node for one build, and gives what an agent needs to connect as it. */
export function createAdmit(options: AdmitOptions) {
  const { owner, controller, dialect, workDir, onMade } = options
  const readSecret = createSecretReader(controller, dialect)

  return async function admit({ name, labels, agent }: AdmissionRequest): Promise<Admission> {
    const form = {
      name,
      nodeDescription: `${markOf(owner)} pool=${agent.pool} agent=${agent.key} (made by Slipway for one build)`,
      numExecutors: '1',
      remoteFS: workDir,
      labelString: labelString(labels),
      mode: 'EXCLUSIVE',
      type: NODE_TYPE,
      launcher: dialect.node.launcher(),
      retentionStrategy: { 'stapler-class': ALWAYS, $class: ALWAYS },
      nodeProperties: { 'stapler-class-bag': 'true' },
    }
    await create(name, { name, type: NODE_TYPE, json: JSON.stringify(form) })
    const secret = await readSecret(name)
    onMade()
    return { externalId: name, env: dialect.node.env({ name, secret }) }
  }

  async function create(name: string, form: Readonly<Record<string, string>>): Promise<void> {
    const path = `computer/doCreateItem?name=${name}&type=${NODE_TYPE}`
    try {
      await controller.post({ path, what: `make the node ${name}`, needs: dialect.needs.create }, form)
    } catch (error) {
      // The words of the refusal may be in any language: whether it is there says why.
      if (error instanceof Refused && (await exists(name)))
        throw new NameTaken(`${dialect.system}: there is a node ${name} already`, { cause: error })
      throw error
    }
  }

  async function exists(name: string): Promise<boolean> {
    const path = `computer/${name}/api/json?tree=displayName`
    try {
      await controller.json({ path, what: `look for the node ${name}`, needs: 'Overall/Read' }, z.object({}))
      return true
    } catch (error) {
      if (error instanceof NotFound) return false
      throw error
    }
  }
}
