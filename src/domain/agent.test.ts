import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '../kit/ids.ts'
import { containerName, isRegistrationOf, registrationName, registrationPrefix } from './agent.ts'

const owners = fc.stringMatching(/^[a-z][a-z0-9-]{0,23}$/)

describe('names of registrations', () => {
  test('never pass 64 characters, and stay inside what GitHub and file systems take', () => {
    fc.assert(
      fc.property(owners, fc.integer({ min: 1, max: 999 }), (owner, attempt) => {
        expect(registrationName(owner, newId(), attempt)).toMatch(/^[a-z0-9-]{1,64}$/)
      }),
    )
  })

  test('each try has a name of its own, which begins with the prefix by which all are found', () => {
    fc.assert(
      fc.property(owners, fc.integer({ min: 1, max: 99 }), (owner, attempt) => {
        const key = newId()
        const name = registrationName(owner, key, attempt)
        expect(name.startsWith(registrationPrefix(owner))).toBe(true)
        expect(name).not.toBe(registrationName(owner, key, attempt + 1))
      }),
    )
  })

  test('belong to their owner alone, even when one owner begins like another', () => {
    fc.assert(
      fc.property(owners, owners, (owner, other) => {
        const name = registrationName(owner, newId(), 1)
        expect(isRegistrationOf(owner, name)).toBe(true)
        expect(isRegistrationOf(other, name)).toBe(owner === other)
      }),
    )
    expect(isRegistrationOf('acme', registrationName('acme-ci', newId(), 1))).toBe(false)
    expect(isRegistrationOf('acme', 'slipway-acme-my-own-runner')).toBe(false)
    expect(isRegistrationOf('acme', 'some-runner')).toBe(false)
  })
})

test('names of containers fit a host name and tell owners apart', () => {
  fc.assert(
    fc.property(owners, (owner) => {
      const key = newId()
      expect(containerName(owner, key)).toMatch(/^[a-z0-9-]{1,63}$/)
      expect(containerName(owner, key).endsWith(key)).toBe(true)
    }),
  )
})
