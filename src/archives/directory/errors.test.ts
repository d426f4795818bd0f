import { expect, it } from 'vitest'
import { NotFound, Refused, Transient, Unauthorized } from '../../domain/errors.ts'
import { DeadlineExceeded } from '../../kit/deadline.ts'
import { fileError } from './errors.ts'

it.each([
  ['ENOSPC', Transient],
  ['EDQUOT', Transient],
  ['EIO', Transient],
  ['ESTALE', Transient],
  ['EMFILE', Transient],
  ['EACCES', Unauthorized],
  ['EROFS', Unauthorized],
  ['ENOENT', NotFound],
  ['ENOTDIR', NotFound],
  ['ENAMETOOLONG', Refused],
])('%s asks the caller for what it should', (code, expected) => {
  const error = fileError(Object.assign(new Error(`${code}: no`), { code }), 'writing', '/logs')
  expect(error).toBeInstanceOf(expected)
  expect(error.message).toMatch(/^writing: /)
})

it('a call that hangs is passing trouble', () => {
  const error = fileError(new DeadlineExceeded('writing', 5), 'writing', '/logs')
  expect(error).toBeInstanceOf(Transient)
  expect(error.message).toBe('writing: /logs does not answer')
})
