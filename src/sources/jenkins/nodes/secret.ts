import { NotFound, Transient } from '../../../domain/errors.ts'
import type { Controller } from '../api/controller.ts'
import { sentence } from '../api/failure.ts'
import type { Dialect } from '../dialect.ts'

/** Reads what opens a node to its agent, from the first of the system's files that is there. */
export function createSecretReader(controller: Controller, { system, node, needs }: Dialect) {
  return async function readSecret(name: string): Promise<string> {
    const what = `read the secret of the node ${name}`
    for (const file of node.secretFiles) {
      const page = await tryFile(`computer/${name}/${file}`, what)
      const secret = page && /<argument>([^<]+)<\/argument>/.exec(page)?.[1]?.trim()
      if (secret) return secret
    }
    throw new Transient(sentence({ system, what }, `no secret in ${node.secretFiles.join(', ')}`))
  }

  async function tryFile(path: string, what: string): Promise<string | undefined> {
    try {
      return await controller.text({ path, what, needs: needs.connect })
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
  }
}
