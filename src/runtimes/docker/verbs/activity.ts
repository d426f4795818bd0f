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
    const told = processes ? judge(processes, marker) : 'unknown'
    if (told !== 'unknown') return told
    const { State, Config } = await engine.docker.getContainer(name).inspect({ abortSignal: signal })
    if (!State.Running) return 'idle'
    if (marker) return 'running'
    // An image with our hook would have written the marker.
    return Config.Labels[HOOK] === '1' ? 'idle' : 'unknown'
  })
}

/** From the commands that run in the container. */
export function judge(processes: readonly string[], marker: boolean): Activity {
  const own = processes.filter((command) => !isInit(command))
  if (own.some((command) => command.startsWith('/bin/sh -c ') && command.includes(WAITING))) return 'idle'
  if (marker || own.some((command) => /(^|\/)Runner\.Worker( |$)/.test(command))) return 'running'
  return own.some((command) => /(^|\/)Runner\.Listener( |$)/.test(command)) ? 'idle' : 'unknown'
}

/** The init keeps the first command in its arguments for as long as it lives. */
function isInit(command: string): boolean {
  return /^\S*(docker-init|podman-init|catatonit|tini)( |$)/.test(command)
}

/** Docker wants options of `ps`; Podman would run that in the container, where it need not be, and has its own words. */
const COLUMNS = ['-eo pid,args', 'pid,args']

/** Undefined when the engine can't tell, which it can't of a container that has ended. */
async function processesOf(engine: Engine, name: string, signal: AbortSignal): Promise<string[] | undefined> {
  for (const ps_args of COLUMNS) {
    try {
      const answer = await engine.docker.getContainer(name).top({ ps_args, abortSignal: signal })
      if (answer.Processes?.length) return answer.Processes.map(commandOf)
    } catch (error) {
      if (statusOf(error) === 409) return undefined
      if (statusOf(error) === 404) throw error
      if (ps_args === COLUMNS.at(-1)) throw error
    }
  }
  return undefined
}

/** Of a row `pid, command`, which Podman may give in one piece. */
export function commandOf(row: readonly string[]): string {
  return row
    .join(' ')
    .trimStart()
    .replace(/^\d+\s+/, '')
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
