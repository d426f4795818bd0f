import { describe, expect, it } from 'vitest'
import { createLogger } from './log.ts'
import { createRedactor } from './redact.ts'

const PEM = '-----BEGIN KEY-----\nMIIEowIBAAKCAQEA7\nabcdefghijklmnop\n-----END KEY-----'

function createLog(secrets: readonly string[] = [], pretty = false) {
  let text = ''
  const redactor = createRedactor(secrets)
  const destination = { write: (line: string) => void (text += line) }
  const logger = createLogger({ level: 'debug', pretty, color: false, destination, redactor })
  return { logger, redactor, text: () => text, json: () => JSON.parse(text) as Record<string, unknown> }
}

describe('createLogger', () => {
  it('writes one JSON object a line, with level, time, message and fields', () => {
    const { logger, json } = createLog()
    logger.child({ agent: 'a1' }).warn({ attempt: 2 }, 'registration refused')
    expect(json()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      agent: 'a1',
      attempt: 2,
      msg: 'registration refused',
    })
  })

  it('leaves out what is below its level', () => {
    let text = ''
    const logger = createLogger({ level: 'warn', pretty: false, destination: { write: (line) => void (text += line) } })
    logger.info({}, 'quiet')
    logger.error({}, 'loud')
    expect(text).toMatch(/^\{.*loud.*\}\n$/)
  })

  it('writes readable lines for a terminal', () => {
    const { logger, text } = createLog(['hush-hush'], true)
    logger.info({ url: 'http://x/hush-hush' }, 'ready')
    expect(text()).toMatch(/INFO.*: ready\n\s+url: "http:\/\/x\/\[redacted\]"/)
  })

  it('masks fields with the name of a secret, at any depth, in lists, children and errors', () => {
    const { logger, text } = createLog()
    const error = Object.assign(new Error('refused'), { request: { headers: { authorization: 'Bearer abc123' } } })
    logger
      .child({ apiKey: 'abc123' })
      .error({ deep: [{ webhookSecret: 'abc123', encoded_jit_config: 'abc123' }], error }, 'x')
    expect(text()).not.toContain('abc123')
    expect(text()).toContain('refused')
  })

  it('shows ids and keys of records', () => {
    const { logger, json } = createLog()
    logger.info({ key: 'gh/42/1', tokens: 3, job: { key: 'gh/42/1' } }, 'x')
    expect(json()).toMatchObject({ key: 'gh/42/1', tokens: 3, job: { key: 'gh/42/1' } })
  })
})

describe('createRedactor', () => {
  it.each<[string, string, string]>([
    ['in a message', 'hush$hush', 'say hush$hush twice: hush$hush'],
    ['as JSON writes it', 'hush"hu\\sh\n', JSON.stringify({ a: 'hush"hu\\sh\n' })],
    ['as an address writes it', 'hush/hush=', `http://x?a=${encodeURIComponent('hush/hush=')}`],
    ['a line of a key', PEM, 'MIIEowIBAAKCAQEA7'],
    ['a whole key as JSON', PEM, JSON.stringify(PEM)],
  ])('masks a secret %s', (_what, secret, text) => {
    const masked = createRedactor([secret]).mask(text)
    expect(masked).toContain('[redacted]')
    for (const part of ['hush', 'MIIE', 'abcdefghijklmnop']) expect(masked).not.toContain(part)
  })

  it('masks what it learns later', () => {
    const redactor = createRedactor()
    expect(redactor.mask('token abcdefgh')).toBe('token abcdefgh')
    redactor.add('abcdefgh')
    expect(redactor.mask('token abcdefgh')).toBe('token [redacted]')
  })

  it('leaves no rest of a secret that contains another', () => {
    expect(createRedactor(['secret', 'secret-and-more']).mask('secret-and-more')).toBe('[redacted]')
  })

  it('does not take a short word for a secret', () => {
    expect(createRedactor(['a', '', 'info']).mask('an info')).toBe('an info')
  })
})
