import { describe, expect, it } from 'vitest'
import { ImageUnavailable, NotFound, Refused, Transient } from '../../../domain/errors.ts'
import { DeadlineExceeded } from '../../../kit/deadline.ts'
import { engineError, wordsOf } from './errors.ts'

function answer(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) decoration - ${message} `), { statusCode })
}

describe('errors of the engine', () => {
  it.each([
    [answer(404, 'No such container: x'), NotFound],
    [answer(404, 'No such image: x:1'), ImageUnavailable],
    [answer(404, 'x:1: image not known'), ImageUnavailable],
    [answer(400, 'bad parameter'), Refused],
    [answer(409, 'conflict'), Refused],
    [answer(429, 'slow down'), Transient],
    [answer(500, 'something broke'), Transient],
    [answer(500, 'exec: "/bin/sh": stat /bin/sh: no such file or directory'), Refused],
    [Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), Transient],
    ['thrown text', Transient],
  ])('%s', (error, kind) => {
    const mapped = engineError(error, 'preparing x', 'unix:///s')
    expect(mapped).toBeInstanceOf(kind)
    expect(mapped.message).toContain('preparing x on unix:///s: ')
  })

  it('passes errors of the port through', () => {
    const late = new DeadlineExceeded('x', 5)
    expect(engineError(late, 'a', 'b')).toBe(late)
  })

  it('leaves the client’s decoration out', () => {
    expect(wordsOf(answer(500, 'it broke'))).toBe('it broke')
    expect(wordsOf(Object.assign(new Error(''), { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED')
  })
})
