import { describe, expect, it } from 'vitest'
import type { Controller } from '../api/controller.ts'
import { jenkinsDialect } from '../jenkins-dialect.ts'
import type { Digest } from '../reading/digest.ts'
import type { QueueItem } from '../reading/shapes.ts'
import { jenkinsSourceSchema } from '../schema.ts'
import { createDismiss } from './dismiss.ts'
import { markOf, toNode } from './node.ts'

const name = 'slipway-ci-abc-1'
const config = { kind: 'jenkins', name: 'ci', url: 'https://ci.example.com', user: 'slipway', token: 't' } as const
const step: QueueItem = {
  id: '7',
  buildable: true,
  why: `Waiting for next available executor on ‘${name}’`,
  task: { url: 'job/pipe/3/' },
}

interface Sight {
  readonly idle?: boolean
  readonly shielded?: boolean
  readonly waiting?: boolean
  readonly bound?: boolean
}

function digestOf({ idle = true, shielded = true, waiting = false, bound = false }: Sight): Digest {
  const computer = { displayName: name, description: markOf('ci'), idle, temporarilyOffline: shielded }
  const nodes = new Map([[name, toNode(computer, 'ci')]])
  const reading = { began: 0, beganMonotonic: 0, date: 0, items: waiting || bound ? [step] : [], nodes }
  return { reading, jobs: [], bound: bound ? new Map([[name, step]]) : new Map() }
}

/** What comes of it when the newest reading shows `first` and each further one the next of `then`. */
async function dismissed(first: Sight, then: readonly Sight[] = [], knows = true) {
  const did: string[] = []
  const further = then.map(digestOf)
  const post: Controller['post'] = async ({ path }) => void did.push(path)
  const dismiss = createDismiss({
    owner: 'ci',
    controller: { post } as Controller,
    dialect: jenkinsDialect(jenkinsSourceSchema.parse(config)),
    reader: {
      newest: () => digestOf(first),
      fresh: async () => further.shift() ?? Promise.reject(new Error('one reading too many')),
    },
    keeper: { shield: async () => void did.push('shield') },
    tracks: { knows: () => knows },
  })
  return [await dismiss({ name }), did]
}

const deletion = `computer/${name}/doDelete`

describe('a node is deleted', () => {
  it('at once, when it is idle and takes nothing more', async () => {
    expect(await dismissed({})).toEqual(['gone', [deletion]])
  })

  it('after it was taken offline, and a further reading shows it idle still', async () => {
    expect(await dismissed({ shielded: false }, [{}])).toEqual(['gone', ['shield', deletion]])
  })
})

describe('a node stays', () => {
  it.each<[string, Sight, readonly Sight[], boolean, readonly string[]]>([
    ['at work', { idle: false }, [{ idle: false }], true, []],
    ['that took a build before it was offline', { shielded: false }, [{ idle: false }], true, ['shield']],
    ['that some person brought back', { shielded: false }, [{ shielded: false }], true, ['shield']],
    ['for which its own Pipeline waits', { bound: true }, [{ bound: true }], true, []],
    ['that a step names, of which nobody knows what it did', { waiting: true }, [{ waiting: true }], false, []],
  ])('%s', async (_which, first, then, knows, did) => {
    expect(await dismissed(first, then, knows)).toEqual(['busy', did])
  })

  it('not for a step that merely could run on it', async () => {
    expect(await dismissed({ waiting: true })).toEqual(['gone', [deletion]])
  })
})
