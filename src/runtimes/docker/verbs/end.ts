import type Docker from 'dockerode'
import { containerName, type AgentExit } from '../../../domain/agent.ts'
import type { ContainerEnd } from '../../../domain/ports/runtime.ts'
import { CANNOT_RUN, NEVER_ACTIVATED } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'
import { RUNS_AT_ONCE } from '../labels.ts'
import { readTail } from './tail.ts'

const TAIL_BYTES = 65_536

export function end(engine: Engine, key: string): Promise<ContainerEnd | undefined> {
  return engine.call(`asking how ${key} ended`, engine.deadlines.end, async (signal) => {
    const name = containerName(engine.owner, key)
    const { State, Config } = await engine.docker.getContainer(name).inspect({ abortSignal: signal })
    const over = State.Status === 'exited' || State.Status === 'dead' || State.Status === 'stopped'
    if (!over && !(State.Status === 'created' && State.Error)) return undefined
    const output = await readTail(engine, name, TAIL_BYTES, signal)
    return { exit: judgeEnd(State, output, Config.Labels[RUNS_AT_ONCE] === '1'), tail: output }
  })
}

export type EndState = Pick<Docker.ContainerInspectInfo['State'], 'ExitCode' | 'OOMKilled' | 'Error'>

/** `atOnce`: the command is the user's own, whose exit codes mean what the user says. */
export function judgeEnd(state: EndState, output: string, atOnce: boolean): AgentExit {
  const { ExitCode: exitCode, OOMKilled: outOfMemory, Error: error } = state
  const exit = (kind: AgentExit['kind'], detail: string): AgentExit => ({ kind, exitCode, detail })
  if (error) return exit('start-failed', `the engine could not start it: ${error}`)
  if (outOfMemory && exitCode !== 0) return exit('out-of-memory', 'went over its memory limit and was killed')
  if (exitCode === 137) return exit('killed', 'killed from outside (SIGKILL)')
  if (exitCode === 143) return exit('killed', 'ended from outside (SIGTERM)')
  if (exitCode === 125 && output.includes(NEVER_ACTIVATED)) return exit('start-failed', 'ended before its activation')
  if (exitCode === 126 || exitCode === 127) {
    if (!atOnce || output.includes(CANNOT_RUN))
      return exit('start-failed', `its command can't be run: ${lastLine(output)}`)
  }
  if (!atOnce && (exitCode === 7 || VERSION_REFUSED.test(output)))
    return exit('version-refused', `the source refuses the runner as too old: update the image (${lastLine(output)})`)
  const also = outOfMemory ? '; on the way its memory limit killed a process of it' : ''
  return exit('finished', `ended by itself with exit code ${exitCode}${also}`)
}

const VERSION_REFUSED = /runner version \S+ is deprecated and cannot receive messages/i

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.slice(0, 300) || 'no output'
}
