import type { AgentState } from '../../../domain/agent.ts'
import type { Job } from '../../../domain/jobs/job.ts'
import type { Machine } from '../../../domain/machine.ts'

type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'busy'

/** A word with a sign before it: never colour alone. */
export function Chip({
  tone,
  sign,
  word,
  title,
}: {
  readonly tone: Tone
  readonly sign: string
  readonly word: string
  readonly title?: string
}) {
  return (
    <span class={`chip ${tone}`} title={title}>
      {/* The selector keeps telephones from drawing an emoji. */}
      <span aria-hidden="true">{`${sign}\uFE0E`}</span>
      {word}
    </span>
  )
}

export function JobChip({ job }: { readonly job: Pick<Job, 'state' | 'conclusion'> }) {
  if (job.state === 'running') return <Chip tone="busy" sign="▶" word="running" />
  if (job.state === 'queued') return <Chip tone="plain" sign="◷" word="queued" />
  if (job.state === 'waiting') return <Chip tone="plain" sign="⏸" word="held by its source" />
  return <ConclusionChip conclusion={job.conclusion} />
}

function ConclusionChip({ conclusion }: Pick<Job, 'conclusion'>) {
  if (conclusion === 'success') return <Chip tone="good" sign="✓" word="success" />
  if (conclusion === 'failure' || conclusion === 'timed_out' || conclusion === 'lost')
    return <Chip tone="bad" sign="✕" word={conclusion === 'timed_out' ? 'timed out' : conclusion} />
  return <Chip tone="plain" sign="○" word={conclusion?.replace('_', ' ') ?? 'done'} />
}

export function MachineChip({
  machine,
}: {
  readonly machine: Pick<Machine, 'state' | 'cordon'> & { readonly agents: number }
}) {
  const { state, cordon } = machine
  if (state === 'ready' && cordon)
    return machine.agents > 0 ? (
      <Chip tone="warn" sign="⏏" word="draining" title={cordon.reason} />
    ) : (
      <Chip tone="warn" sign="⊘" word="cordoned" title={cordon.reason} />
    )
  if (state === 'ready') return <Chip tone="good" sign="●" word="ready" />
  if (state === 'unreachable' || state === 'failed') return <Chip tone="bad" sign="✕" word={state} />
  if (state === 'requested' || state === 'creating' || state === 'booting' || state === 'starting')
    return <Chip tone="busy" sign="↑" word={state} />
  return <Chip tone="plain" sign={state === 'gone' ? '○' : '↓'} word={state} />
}

export function AgentChip({ state }: { readonly state: AgentState | 'standby' }) {
  if (state === 'running') return <Chip tone="busy" sign="▶" word="running" />
  if (state === 'idle' || state === 'standby') return <Chip tone="plain" sign="◌" word={state} />
  if (state === 'requested' || state === 'activating') return <Chip tone="plain" sign="↑" word="starting" />
  return <Chip tone="plain" sign={state === 'gone' ? '○' : '↓'} word={state} />
}
