import type { Commands } from './cli/index.ts'
import { loadConfig, problemText, secretsOf } from './config/index.ts'
import { systemClock } from './kit/system-clock.ts'

/**
 * The parts of the program that the command line starts. Each loads what it needs and no more, so that `validate` and
 * `status` start as fast as they can.
 */
export const commands: Commands = {
  async serve({ configPath, config, env, logger, redactor }) {
    const { startService } = await import('./compose/service.ts')
    const service = await startService(config, { clock: systemClock, logger })
    return {
      ...service,
      async reload() {
        const loaded = await loadConfig(configPath, env)
        if (!loaded.ok) return loaded.problems.map((problem) => problemText(problem))
        for (const secret of secretsOf(loaded.config)) redactor.add(secret)
        for (const note of await service.reload(loaded.config)) logger.warn({ note }, 'part of the configuration waits')
        return []
      },
    }
  },

  async demo(options) {
    const { runDemo } = await import('./compose/demo/run.ts')
    return runDemo(options)
  },

  async doctor({ configPath, env }) {
    const { examineOffline } = await import('./compose/doctor/examine-offline.ts')
    return examineOffline(configPath, env, systemClock)
  },

  async hostPrepare(options) {
    const { prepareHosts } = await import('./compose/machines/prepare-hosts.ts')
    return prepareHosts(options)
  },

  async githubSetup({ json, stdout, stderr, ...wish }) {
    const { setUpGithub } = await import('./sources/github/setup.ts')
    const onPage = (url: string): void =>
      void stderr.write(`Open this page in your browser to make the App:\n  ${url}\n`)
    const made = await setUpGithub({ ...wish, clock: systemClock, onPage })
    if (json) stdout.write(`${JSON.stringify(made)}\n`)
    else
      stdout.write(
        `Made the App ${made.name} (${made.appId}) and wrote ${made.files.join(' and ')}.\n` +
          `Install it where its agents shall work:\n  ${made.installUrl}\nand add to the configuration:\n\n${made.yaml}\n`,
      )
    return 0
  },

  async offlineToken({ configPath, env, ...wanted }) {
    const { createToken } = await import('./reconciler/serving/tokens.ts')
    const { openSqliteStore } = await import('./store/sqlite/index.ts')
    const loaded = await loadConfig(configPath, env)
    if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problemText(problem)).join('\n'))
    const store = await openSqliteStore({ path: loaded.config.store.path, clock: systemClock })
    try {
      return await createToken(store, wanted, systemClock.wall(), 'command line')
    } finally {
      await store.close()
    }
  },
}
