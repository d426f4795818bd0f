import { describe, expect, it } from 'vitest'
import type { Engine } from '../context.ts'
import { deleteContainer } from './remove.ts'

const signal = new AbortController().signal

/** An engine that answers removals so, one after the other. */
function engineThat(...answers: (number | [number, string])[]) {
  const asked: string[] = []
  const docker = {
    getContainer: (id: string) => ({
      async remove() {
        asked.push(id)
        const [statusCode, message] = [answers.shift() ?? 204].flat() as [number, string?]
        if (statusCode >= 400) throw Object.assign(new Error(message), { statusCode, json: { message } })
      },
    }),
  }
  return { asked, engine: { docker } as unknown as Engine }
}

const ended = 'Could not kill running container 4f, cannot remove - Container 4f is not running'

describe('deleting a container', () => {
  it('asks again if it ended while the engine was about to kill it', async () => {
    const { engine, asked } = engineThat([500, ended], 204)
    await deleteContainer(engine, 'a', signal)
    expect(asked).toEqual(['a', 'a'])
  })

  it('does not ask for ever', async () => {
    const { engine } = engineThat([500, ended], [500, ended])
    await expect(deleteContainer(engine, 'a', signal)).rejects.toThrow('is not running')
  })

  it.each([
    [404, 'No such container: a'],
    [409, 'removal of container a is already in progress'],
  ])('takes %i for done', async (status, message) => {
    const { engine, asked } = engineThat([status, message])
    await deleteContainer(engine, 'a', signal)
    expect(asked).toEqual(['a'])
  })

  it('hands on any other failure', async () => {
    const { engine } = engineThat([500, 'device busy'])
    await expect(deleteContainer(engine, 'a', signal)).rejects.toThrow('device busy')
  })
})
