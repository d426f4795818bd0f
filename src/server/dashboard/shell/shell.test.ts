import { expect, it } from 'vitest'
import { poolLook } from '../parts/pool-tag.tsx'
import { handedToken } from './handed-token.ts'

it('a token that is handed over leaves the address at once', () => {
  const left: unknown[] = []
  const past = { replaceState: (_state: unknown, _unused: string, url?: string | URL | null) => void left.push(url) }
  expect(handedToken({ hash: '#token=slw_x', pathname: '/cost', search: '?days=7' }, past)).toBe('slw_x')
  expect(left).toEqual(['/cost?days=7'])
  expect(handedToken({ hash: '#main', pathname: '/', search: '' }, past)).toBeUndefined()
  expect(left).toHaveLength(1)
})

it('pools have letters of their own, also when colours come again', () => {
  expect([0, 1, 8, 25, 26, 27].map((place) => poolLook(place).letter)).toEqual(['A', 'B', 'I', 'Z', 'AA', 'AB'])
  expect(poolLook(8).kind).toBe(poolLook(0).kind)
  expect(poolLook(-1)).toEqual({ kind: 'pool-none', letter: '?' })
})
