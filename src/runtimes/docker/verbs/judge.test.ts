import { describe, expect, it } from 'vitest'
import { commandOf, judge } from './activity.ts'
import { judgeEnd } from './end.ts'
import { observe } from './list.ts'
import { pullError } from '../images/pull.ts'
import { readEvent } from './watch.ts'

const WAITS = '/bin/sh -c _slw=wait; while … slipway-waiting /home/runner/run.sh'
const INIT = `/sbin/docker-init -- ${WAITS}`
const LISTENER = '/home/runner/bin/Runner.Listener run'
const WORKER = '/home/runner/bin/Runner.Worker spawnclient 1 2'

describe('activity', () => {
  it.each([
    ['waiting for its registration', [INIT, WAITS], false, 'idle'],
    ['waiting under podman’s init', [`/run/podman-init -- ${WAITS}`, WAITS], false, 'idle'],
    ['a listener alone', [INIT, '/bin/bash run.sh', LISTENER], false, 'idle'],
    ['a worker', [INIT, LISTENER, WORKER], false, 'running'],
    ['a marker', [INIT, 'sh'], true, 'running'],
    ['a marker beside a listener', [INIT, LISTENER], true, 'running'],
    ['something else', [INIT, '/usr/bin/agent'], false, 'unknown'],
    ['a file named like the worker', [INIT, 'cat /x/Runner.Worker.log'], false, 'unknown'],
    ['only an init left', [INIT], false, 'unknown'],
  ] as const)('%s', (_name, processes, marker, told) => {
    expect(judge(processes, marker)).toBe(told)
  })

  it.each([
    [['123', '/bin/sh -c x'], '/bin/sh -c x'],
    [['1 /bin/sh -c x'], '/bin/sh -c x'],
    [['  77', 'a', 'b'], 'a b'],
  ])('takes %j apart', (row, command) => {
    expect(commandOf(row)).toBe(command)
  })
})

describe('how a container ended', () => {
  const state = { ExitCode: 0, OOMKilled: false, Error: '' }
  it.each([
    ['by itself', state, '', false, 'finished'],
    ['with a code of the runner', { ...state, ExitCode: 1 }, '', false, 'finished'],
    ['out of memory', { ...state, ExitCode: 137, OOMKilled: true }, '', false, 'out-of-memory'],
    ['by itself after a process of it was out of memory', { ...state, OOMKilled: true }, '', false, 'finished'],
    ['killed', { ...state, ExitCode: 137 }, '', false, 'killed'],
    ['terminated', { ...state, ExitCode: 143 }, '', true, 'killed'],
    ['refused as too old, by code', { ...state, ExitCode: 7 }, '', false, 'version-refused'],
    [
      'refused as too old, by words',
      { ...state, ExitCode: 1 },
      'Runner version v2.300.0 is deprecated and cannot receive messages.',
      false,
      'version-refused',
    ],
    ['with a job’s own code 7', { ...state, ExitCode: 7 }, '', true, 'finished'],
    ['without its command', { ...state, ExitCode: 127 }, 'sh: x: not found', false, 'start-failed'],
    ['with a job’s own code 127', { ...state, ExitCode: 127 }, 'make: not found', true, 'finished'],
    ['without the job’s command', { ...state, ExitCode: 127 }, 'slipway: cannot run x: not', true, 'start-failed'],
    ['never activated', { ...state, ExitCode: 125 }, 'slipway: never activated', true, 'start-failed'],
    ['never started', { ...state, ExitCode: 128, Error: 'no such file' }, '', false, 'start-failed'],
  ] as const)('%s', (_name, of, output, atOnce, kind) => {
    expect(judgeEnd(of, output, atOnce)).toMatchObject({ kind, exitCode: of.ExitCode })
  })
})

describe('listing', () => {
  const agent = (key: string, State: string) => ({ State, Labels: { 'slipway.agent': key, 'slipway.pool': 'p' } })
  const helper = (key: string) => ({ State: 'running', Labels: { 'slipway.helper-of': key } })

  it.each([
    ['created', 'created'],
    ['running', 'running'],
    ['paused', 'running'],
    ['restarting', 'running'],
    ['removing', 'exited'],
    ['exited', 'exited'],
    ['dead', 'exited'],
  ])('takes %s for %s', (engine, phase) => {
    expect(observe([agent('a', engine)])).toEqual([{ key: 'a', pool: 'p', phase }])
  })

  it('leaves helpers out, unless their agent is gone', () => {
    expect(observe([helper('a'), agent('a', 'running')])).toHaveLength(1)
    expect(observe([helper('b')])).toEqual([{ key: 'b', pool: '', phase: 'exited' }])
  })

  it('leaves probes out', () => {
    expect(observe([{ State: 'running', Labels: { 'slipway.owner': 'x' } }])).toEqual([])
  })
})

describe('events', () => {
  const event = (Action: string, Attributes: object) => ({ Type: 'container', Action, Actor: { Attributes } })
  it.each([
    ['start', 'started'],
    ['die', 'died'],
    ['died', 'died'],
    ['destroy', 'removed'],
    ['remove', 'removed'],
  ])('%s', (action, what) => {
    expect(readEvent(event(action, { 'slipway.agent': 'k' }))).toEqual({ key: 'k', what })
  })

  it('ignores others and helpers', () => {
    expect(readEvent(event('exec_start: ls', { 'slipway.agent': 'k' }))).toBeUndefined()
    expect(readEvent(event('die', { 'slipway.helper-of': 'k' }))).toBeUndefined()
    expect(readEvent({})).toBeUndefined()
  })
})

describe('failed pulls', () => {
  it.each([
    ['manifest unknown', 'ImageUnavailable'],
    ['unauthorized: authentication required', 'ImageUnavailable'],
    ['pull access denied for x, repository does not exist', 'ImageUnavailable'],
    ['net/http: TLS handshake timeout', 'Transient'],
    ['dial tcp: lookup r.example.com: no such host', 'Transient'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'Transient'],
    ['toomanyrequests: You have reached your pull rate limit', 'Transient'],
  ])('%s', (words, name) => {
    expect(pullError('x:1', words).name).toBe(name)
  })
})
