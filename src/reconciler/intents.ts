import { epoch, type Agent, type Container } from '../domain/agent.ts'
import type { Action } from '../domain/plan.ts'
import type { Pool } from '../domain/pool.ts'
import { poolShape } from '../domain/shape.ts'
import type { Change } from '../domain/ports/store.ts'
import { journal, poolOf, type Context } from './context.ts'
import { endingChanges } from './effects/ending.ts'
import {
  cordonMachine,
  createMachine,
  deleteMachine,
  startMachine,
  stopMachine,
  uncordonMachine,
} from './machines/intents.ts'
import { change, create } from './state.ts'

/**
 * What an action changes in the records before anything is done about it (rule 4). Empty when the world has moved on
 * since the plan was made. Reading and fetching leave no trace: they are asked for again if lost.
 */
export function intend(context: Context, action: Action): Change[] {
  switch (action.kind) {
    case 'start-agent':
      return startAgent(context, action)
    case 'prepare-standby':
      return prepareStandby(context, action)
    case 'remove-standby':
      return removeStandby(context, action)
    case 'dismiss-agent':
      return dismissAgent(context, action)
    case 'end-agent':
      return endAgent(context, action)
    case 'create-machine':
      return createMachine(context, action)
    case 'start-machine':
      return startMachine(context, action)
    case 'stop-machine':
      return stopMachine(context, action)
    case 'cordon-machine':
      return cordonMachine(context, action)
    case 'uncordon-machine':
      return uncordonMachine(context, action)
    case 'delete-machine':
      return deleteMachine(context, action)
    case 'inspect-job':
    case 'pull-image':
      return []
  }
}

function startAgent(context: Context, action: Action & { kind: 'start-agent' }): Change[] {
  const pool = poolOf(context, action.pool)
  const standby = action.standby === undefined ? undefined : context.state.containers.get(action.standby)
  const job = action.job === undefined ? undefined : context.state.jobs.get(action.job)
  if (!pool || (action.standby !== undefined && standby?.state !== 'prepared')) return []
  if (action.job !== undefined && job?.state !== 'queued') return []
  const now = context.clock.wall()
  const agent: Agent = {
    key: standby?.key ?? context.newId(),
    version: 1,
    epoch,
    state: 'requested',
    pool: pool.name,
    source: action.source,
    scope: action.scope,
    machine: action.machine,
    job: action.job,
    tries: 0,
    reason: action.reason,
    createdAt: now,
    stateAt: now,
    registered: false,
  }
  const body = standby
    ? change('container', standby, { agent: true })
    : create('container', newContainer(pool, agent.key, action.machine, now, job?.request?.resources))
  return [
    create('agent', agent),
    body,
    ...(job ? [change('job', job, { agent: agent.key })] : []),
    journal(context, 'start-agent', `agent:${agent.key}`, action.reason, 'intended'),
  ]
}

function newContainer(
  pool: Pool,
  key: string,
  machine: string,
  now: number,
  resources = pool.resources,
  agent = true,
): Container {
  const shape = poolShape(pool)
  return {
    key,
    version: 1,
    epoch,
    state: 'requested',
    machine,
    pool: pool.name,
    shape,
    resources,
    agent,
    createdAt: now,
  }
}

function prepareStandby(context: Context, action: Action & { kind: 'prepare-standby' }): Change[] {
  const pool = poolOf(context, action.pool)
  if (!pool) return []
  const key = context.newId()
  const container = newContainer(pool, key, action.machine, context.clock.wall(), pool.resources, false)
  return [
    create('container', container),
    journal(context, 'prepare-standby', `container:${key}`, action.reason, 'intended'),
  ]
}

function removeStandby(context: Context, action: Action & { kind: 'remove-standby' }): Change[] {
  const container = context.state.containers.get(action.container)
  if (!container || container.agent || container.state === 'removing') return []
  return [
    change('container', container, { state: 'removing' }),
    journal(context, 'remove-standby', `container:${container.key}`, action.reason, 'intended'),
  ]
}

function dismissAgent(context: Context, action: Action & { kind: 'dismiss-agent' }): Change[] {
  const agent = context.state.agents.get(action.agent)
  if (!agent || (agent.state !== 'idle' && agent.state !== 'running')) return []
  const patch: Partial<Agent> = { state: 'dismissing', stateAt: context.clock.wall(), endReason: action.reason }
  return [
    change('agent', agent, patch),
    journal(context, 'dismiss-agent', `agent:${agent.key}`, action.reason, 'intended'),
  ]
}

function endAgent(context: Context, action: Action & { kind: 'end-agent' }): Change[] {
  const agent = context.state.agents.get(action.agent)
  if (!agent || agent.state === 'ending') return []
  return endingChanges(context, agent, { kind: action.exit, detail: action.reason }, action.reason)
}
