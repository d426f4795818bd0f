import { createHash } from 'node:crypto'
import type { Dialect } from '../dialect.ts'
import type { HudsonSourceConfig } from '../schema.ts'

const LAUNCHER = 'hudson.slaves.JNLPLauncher'

/**
 * Hudson 2.x. Items of its queue have no id: a job is known by when its quiet period ended, its project and its
 * parameters, and its build is the first of the project that began after that moment. One key opens all nodes.
 */
export function hudsonDialect(config: HudsonSourceConfig): Dialect {
  const beganSince = (id: string, timestamp: number | null | undefined): boolean =>
    timestamp !== null && timestamp !== undefined && timestamp >= startOf(id)
  return {
    kind: 'hudson',
    system: 'Hudson',
    grammar: { chains: false },
    jobId: ({ buildableStartMilliseconds: start, params, task }) =>
      typeof start !== 'number' ? undefined : `${start}-${digest(`${task?.url ?? ''}\n${params ?? ''}`)}`,
    isExecutionOf: (id, { timestamp }) => beganSince(id, timestamp),
    isBuildOf: (id, { timestamp }) => beganSince(id, timestamp),
    itemPath: () => undefined,
    node: {
      launcher: () => ({ 'stapler-class': LAUNCHER, $class: LAUNCHER, tunnel: config.tunnel ?? '', vmargs: '' }),
      secretFiles: ['slave-agent.jnlp'],
      offlineVerb: 'toggleOffline',
      env: ({ name, secret }) => ({
        HUDSON_URL: config.agentUrl ?? config.url,
        HUDSON_SECRET: secret,
        HUDSON_AGENT_NAME: name,
        HUDSON_AGENT_WORKDIR: config.workDir,
        ...(config.tunnel !== undefined && { HUDSON_TUNNEL: config.tunnel }),
      }),
    },
    needs: {
      create: 'Overall/Administer',
      connect: 'Overall/Administer',
      offline: 'Overall/Administer',
      delete: 'Agent/Delete',
    },
  }
}

function startOf(id: string): number {
  return Number(id.slice(0, id.indexOf('-')))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
