import type { Dialect } from './dialect.ts'
import type { JenkinsSourceConfig } from './schema.ts'

const LAUNCHER = 'hudson.slaves.JNLPLauncher'

/** Jenkins 2.300 and later. An item of the queue has an id, and its build remembers it. */
export function jenkinsDialect(config: JenkinsSourceConfig): Dialect {
  const webSocket = config.connect === 'websocket'
  return {
    kind: 'jenkins',
    system: 'Jenkins',
    grammar: { chains: true },
    jobId: (item) => item.id ?? undefined,
    isExecutionOf: (id, { queueId }) => String(queueId) === id,
    isBuildOf: (id, { queueId }) => String(queueId) === id,
    itemPath: (id) => `queue/item/${id}/`,
    node: {
      launcher: () => ({ 'stapler-class': LAUNCHER, $class: LAUNCHER, webSocket }),
      secretFiles: ['jenkins-agent.jnlp', 'slave-agent.jnlp'],
      // Idempotent, unlike `toggleOffline`.
      offlineVerb: 'changeOfflineCause',
      env: ({ name, secret }) => ({
        JENKINS_URL: config.agentUrl ?? config.url,
        JENKINS_SECRET: secret,
        JENKINS_AGENT_NAME: name,
        JENKINS_AGENT_WORKDIR: config.workDir,
        ...(webSocket && { JENKINS_WEB_SOCKET: 'true' }),
        ...(config.tunnel !== undefined && { JENKINS_TUNNEL: config.tunnel }),
      }),
    },
    needs: {
      create: 'Agent/Create',
      connect: 'Agent/Connect',
      offline: 'Agent/Disconnect',
      delete: 'Agent/Delete',
    },
  }
}
