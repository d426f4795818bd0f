import { memo } from 'preact/compat'
import type { LiveAgent, LiveMachine } from '../../../domain/console/live.ts'
import { useConsole } from '../data/console.ts'
import { cpus, roundBytes } from '../data/words.ts'
import { usePoolLook, type PoolLook } from '../parts/pool-tag.tsx'
import { agentWords, lookOf, machineWords, progress, standing } from './machine-words.ts'
import { cpusOf, shrink, type Scale } from './scale.ts'

interface BayProps {
  readonly machine: LiveMachine
  readonly scale: Scale
  /** Whether the tab key leads to it; arrow keys lead to the others. */
  readonly isStop: boolean
}

/** A machine as its slots: as wide as it is large, filled by what runs on it. */
export const Bay = memo(function Bay({ machine, scale, isStop }: BayProps) {
  const look = lookOf(machine)
  const width = Math.max(6, Math.round(cpusOf(machine.size.milliCpu) * scale.perCpu))
  return (
    <li class={`bay ${look} ${scale.compact ? 'compact' : ''}`}>
      <MachineLink machine={machine} compact={scale.compact} isStop={isStop} />
      <div class="slots" style={{ width: `${width}px`, '--cpu': `${scale.perCpu}px` }}>
        {look === 'coming' && <Filling machine={machine} />}
        <Blocks machine={machine} width={width} compact={scale.compact} />
      </div>
      {!scale.compact && <Foot machine={machine} />}
    </li>
  )
})

/** Thin bars have no words: the link lies over the bar, and says all. */
function MachineLink({ machine, compact, isStop }: { machine: LiveMachine; compact: boolean; isStop: boolean }) {
  // Read without being redrawn each second: hundreds of machines would be.
  const now = useConsole().ticker.now.peek()
  const words = machineWords(machine, now)
  return (
    <a
      class={compact ? 'bay-cover' : 'bay-name'}
      href={`/machines/${encodeURIComponent(machine.key)}`}
      tabIndex={isStop ? 0 : -1}
      aria-label={words}
      title={words}
    >
      {!compact && machine.key}
    </a>
  )
}

function Blocks({ machine, width, compact }: { machine: LiveMachine; width: number; compact: boolean }) {
  const look = usePoolLook()
  const shares = shrink(machine.agents.map(({ share }) => share))
  return machine.agents.map((agent, index) => {
    const share = shares[index] ?? 0
    return (
      <Block key={agent.key} agent={agent} look={look(agent.pool)} share={share} room={compact ? 0 : share * width} />
    )
  })
}

/** Room for a letter, and for the name of the job. */
const LETTER = 16
const NAME = 64

function Block({ agent, look, share, room }: { agent: LiveAgent; look: PoolLook; share: number; room: number }) {
  const now = useConsole().ticker.now.peek()
  // The gap to the next one is part of its share.
  const style = { width: `calc(${share * 100}% - 1px)` }
  const title = agentWords(agent, look.letter, now)
  const inside = room >= NAME ? `${look.letter} ${agent.job?.name ?? agent.state}` : room >= LETTER ? look.letter : ''
  const kind = `block ${look.kind} ${stage(agent)} ${room < NAME ? 'narrow' : ''}`
  if (!agent.job)
    return (
      <span class={kind} style={style} title={title} aria-hidden="true">
        {inside}
      </span>
    )
  return (
    <a
      class={kind}
      style={style}
      title={title}
      aria-label={title}
      tabIndex={-1}
      href={`/jobs/${encodeURIComponent(agent.job.key)}`}
    >
      {inside}
    </a>
  )
}

function stage({ state }: LiveAgent): string {
  if (state === 'running') return 'running'
  if (state === 'requested' || state === 'activating') return 'starting'
  if (state === 'idle' || state === 'standby') return 'held'
  return 'ending'
}

/** How far it is on its way, as far as one knows. */
function Filling({ machine }: { readonly machine: LiveMachine }) {
  const { now } = useConsole().ticker
  return <span class="filling" style={{ width: `${progress(machine, now.value) * 100}%` }} aria-hidden="true" />
}

function Foot({ machine }: { readonly machine: LiveMachine }) {
  const { now } = useConsole().ticker
  const { size, sizeName, spot } = machine
  const how = standing(machine, now.value)
  return (
    <p class="bay-foot">
      <span class="dim">
        {sizeName ?? `${cpus(size.milliCpu)} CPU · ${roundBytes(size.memory)}`}
        {spot && ' · spot'}
      </span>
      {how !== '' && (
        <span class="bay-standing" title={how}>
          {how}
        </span>
      )}
    </p>
  )
}
