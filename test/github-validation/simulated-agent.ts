interface JitConfig {
  readonly url: string
  readonly runner: string
  readonly secret: string
}

/** An agent without a container: says over HTTP what the demo agent's script says. */
export interface SimulatedAgent {
  /** Asks for work until there is a job; undefined when the runner was removed. */
  acquire(): Promise<{ readonly job: number; readonly script: string } | undefined>
  start(job: number): Promise<boolean>
  hold(job: number): Promise<string>
  finish(job: number, exitCode?: number): Promise<boolean>
  /** Takes one job through to its end; its id, or undefined when the runner was removed. */
  workOnce(exitCode?: number): Promise<number | undefined>
  /** Cuts every connection, as a killed container would. */
  vanish(): void
}

export function createSimulatedAgent(encodedJitConfig: string): SimulatedAgent {
  const config = JSON.parse(Buffer.from(encodedJitConfig, 'base64').toString('utf8')) as JitConfig
  const connections = new AbortController()

  async function ask(verb: string, query: Record<string, string> = {}): Promise<string> {
    const search = new URLSearchParams({ runner: config.runner, ...query })
    const response = await fetch(`${config.url}/_agent/${verb}?${search.toString()}`, {
      method: 'POST',
      body: config.secret,
      signal: connections.signal,
    })
    if (!response.ok) throw new Error(`${verb} was answered ${response.status}`)
    return (await response.text()).trimEnd()
  }

  async function acquire(): Promise<{ job: number; script: string } | undefined> {
    for (;;) {
      const answer = await ask('acquire')
      if (answer === 'gone') return undefined
      const job = /^job (\d+)\n([^]*)$/.exec(answer)
      if (job) return { job: Number(job[1]), script: job[2] ?? '' }
    }
  }

  const start = async (job: number): Promise<boolean> => (await ask('start', { job: String(job) })) === 'ok'
  const finish = async (job: number, exitCode = 0): Promise<boolean> =>
    (await ask('result', { job: String(job), exit: String(exitCode) })) === 'ok'

  return {
    acquire,
    start,
    hold: (job) => ask('hold', { job: String(job) }),
    finish,
    async workOnce(exitCode) {
      const work = await acquire()
      if (!work) return undefined
      await start(work.job)
      await finish(work.job, exitCode)
      return work.job
    },
    vanish: () => connections.abort(),
  }
}
