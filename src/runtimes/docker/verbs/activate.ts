import type { Duplex } from 'node:stream'
import { containerName } from '../../../domain/agent.ts'
import { Transient } from '../../../domain/errors.ts'
import type { Activation } from '../../../domain/ports/runtime.ts'
import { createFrameReader } from '../connection/frames.ts'
import { ACK, CANNOT_RUN, encodeActivation } from '../container/wrapper.ts'
import type { Engine } from '../context.ts'

/** Writes the secrets to the waiting container's stdin and waits for its word that it has them. */
export function activate(engine: Engine, key: string, activation: Activation): Promise<void> {
  return engine.call(`activating ${key}`, engine.deadlines.activate, async (signal) => {
    const lines = encodeActivation(activation.env)
    const stream = await attach(engine, key, signal)
    const giveUp = () => stream.destroy()
    signal.addEventListener('abort', giveUp)
    try {
      const acknowledged = waitForAck(stream, key)
      stream.write(lines)
      await Promise.race([acknowledged, unlessRunning(engine, key, signal)])
    } finally {
      signal.removeEventListener('abort', giveUp)
      // StdinOnce: the container's stdin ends with this connection, so a half-written activation ends it.
      stream.destroy()
    }
  })
}

async function attach(engine: Engine, key: string, signal: AbortSignal): Promise<Duplex> {
  const container = engine.docker.getContainer(containerName(engine.owner, key))
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true } as const
  return (await container.attach({ ...options, abortSignal: signal })) as Duplex
}

/** Attaching to a container that has ended hangs: rejects when it has, and never settles else. */
async function unlessRunning(engine: Engine, key: string, signal: AbortSignal): Promise<never> {
  const container = engine.docker.getContainer(containerName(engine.owner, key))
  const { State } = await container.inspect({ abortSignal: signal })
  if (!State.Running) throw new Transient(`${key} has ended before it was activated`)
  return new Promise(() => undefined)
}

/** Nothing but our own lines is written before the acknowledgement, so that errors here hold no output of a job. */
function waitForAck(stream: Duplex, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const read = createFrameReader((payload) => {
      // The head counts: the job's own output may follow in the same payload.
      said = (said + payload.toString('utf8')).slice(0, 4096)
      if (said.split('\n').includes(ACK)) resolve()
      else if (said.includes('\n') && said.includes(CANNOT_RUN)) reject(new Transient(`${key}: ${said.trim()}`))
    })
    stream.on('data', read)
    stream.once('error', (error) => reject(new Transient(`the connection to ${key} broke: ${error.message}`)))
    const ended = () =>
      reject(new Transient(`${key} ended before it had its registration: ${said.trim() || 'no word'}`))
    stream.once('end', ended)
    stream.once('close', ended)
  })
}
