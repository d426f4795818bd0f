import { containerName } from '../../../domain/agent.ts'
import { statusOf } from '../connection/errors.ts'
import { JOB_MARKER, WAITING } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'
import { HOOK } from '../labels.ts'

export type Activity = 'idle' | 'running' | 'unknown'

export function activity(engine: Engine, key: string): Promise<Activity> {
  return engine.call(`asking ${key} for its job`, engine.deadlines.activity, async (signal) => {
    const name = containerName(engine.owner, key)
    const [processes, marker] = await Promise.all([
      processesOf(engine, name, signal),
      fileThere(engine, name, JOB_MARKER, signal),
    ])
    const told = judge(processes, marker)
    if (told !== 'unknown') return told
    const { Config } = await engine.docker.getContainer(name).inspect({ abortSignal: signal })
    // An image with our hook would have written the marker.
    return Config.Labels[HOOK] === '1' ? 'idle' : 'unknown'
  })
}

/** `processes`: the commands that run in the container; undefined when it does not run. */
export function judge(processes: readonly string[] | undefined, marker: boolean): Activity {
  if (!processes) return 'idle'
  const own = processes.filter((command) => !isInit(command))
  if (own.some((command) => command.startsWith('/bin/sh -c ') && command.includes(WAITING))) return 'idle'
  if (marker || own.some((command) => /(^|\/)Runner\.Worker( |$)/.test(command))) return 'running'
  return own.some((command) => /(^|\/)Runner\.Listener( |$)/.test(command)) ? 'idle' : 'unknown'
}

/** The init keeps the first command in its arguments for as long as it lives. */
function isInit(command: string): boolean {
  return /^\S*(docker-init|podman-init|catatonit|tini)( |$)/.test(command)
}

async function processesOf(engine: Engine, name: string, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    const options = { ps_args: '-eo pid,args', abortSignal: signal }
    const { Titles, Processes } = await engine.docker.getContainer(name).top(options)
    const column = Titles.findIndex((title) => /^(COMMAND|CMD|ARGS)$/.test(title))
    return (Processes ?? []).map((row) => row.slice(column).join(' '))
  } catch (error) {
    // 409 (Docker) or 500 with these words (Podman): it does not run.
    if (statusOf(error) === 409 || (statusOf(error) === 500 && /not running|can only.*running/i.test(String(error))))
      return undefined
    throw error
  }
}

/** Whether a file is in the container, running or not. False too when the container is not there. */
export async function fileThere(engine: Engine, id: string, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await engine.docker.getContainer(id).infoArchive({ path, abortSignal: signal })
    answer.resume()
    return true
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    return false
  }
}
