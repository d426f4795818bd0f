import { describe, expect, it } from 'vitest'
import type { JobTimeline } from '../../../domain/console/life.ts'
import { sharesOf, stretchesOf, wasHeld } from './timeline.ts'

const steps = (of: Partial<Record<JobTimeline['steps'][number]['step'], number>>) => ({
  steps: Object.entries(of).map(([step, at]) => ({ step, at })) as JobTimeline['steps'],
})

describe('the timeline of a job', () => {
  it('has a stretch from each step to the next', () => {
    const told = stretchesOf(steps({ queued: 0, requested: 10, prepared: 20, activated: 25, running: 30, done: 100 }))
    expect(told.map(({ step, from, to }) => [step, from, to])).toEqual([
      ['queued', 0, 10],
      ['requested', 10, 20],
      ['prepared', 20, 25],
      ['activated', 25, 30],
      ['running', 30, 100],
    ])
    expect(sharesOf(told, 500)).toEqual([0.1, 0.1, 0.05, 0.05, 0.7])
  })
  it('goes on where it is', () => {
    const told = stretchesOf(steps({ queued: 0 }))
    expect(told).toEqual([{ step: 'queued', words: 'waited for an agent', from: 0, to: undefined }])
    expect(sharesOf(told, 70)).toEqual([1])
  })
  it('does not tell of an agent that was there before', () => {
    const held = steps({ requested: -50, prepared: -40, activated: -30, queued: 0, running: 5 })
    expect(stretchesOf(held).map(({ step }) => step)).toEqual(['activated', 'running'])
    expect([wasHeld(held), wasHeld(steps({ queued: 0, activated: 3 }))]).toEqual([true, false])
  })
})
