import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bytes, count, cpu, duration, money, name, secret } from './schema.ts'

function messages(schema: z.ZodType, value: unknown): string[] {
  return schema.safeParse(value).error?.issues.map((issue) => issue.message) ?? []
}

describe('schema types', () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ['cpu', cpu(), '500m', 500],
    ['cpu', cpu(), 2, 2000],
    ['bytes', bytes(), '4Gi', 4 * 2 ** 30],
    ['bytes', bytes(), 4096, 4096],
    ['duration', duration(), '1h30m', 5_400_000],
    ['money', money(), '120 USD/day', { nanoDollars: 120_000_000_000n, per: 'day', currency: 'USD' }],
    ['secret', secret(), 'x', 'x'],
    ['name', name(), 'linux-2', 'linux-2'],
    ['count', count(), 0, 0],
    ['count', count(1), '42', 42],
  ])('%s takes %j', (_what, schema, written, value) => expect(schema.parse(written)).toEqual(value))

  it.each<[string, z.ZodType, unknown, string]>([
    ['cpu', cpu(), 'two', "'500m'"],
    ['cpu', cpu(), -1, "'500m'"],
    ['cpu', cpu(), 0.0001, "'500m'"],
    ['cpu', cpu(), true, "'500m'"],
    ['bytes', bytes(), 1.5, "'4Gi'"],
    ['bytes', bytes(), '4 Gi', "'4Gi'"],
    ['duration', duration(), 30, "'30s'"],
    ['duration', duration(), '1m1h', 'larger units first'],
    ['money', money(), 120, "'120 USD/day'"],
    ['secret', secret(), '', 'empty'],
    ['name', name(15), 'sixteen-letters-', 'at most 15'],
    ['name', name(), 'Linux', 'small letters'],
    ['count', count(1), 0, '1 or more'],
    ['count', count(1), '0', '1 or more'],
    ['count', count(1), 1.5, '1 or more'],
  ])('%s refuses %j in words with an example', (_what, schema, written, words) => {
    expect(messages(schema, written)).toEqual([expect.stringContaining(words)])
  })

  it('describes what may be written, not what comes out', () => {
    const written = z.strictObject({ cpu: cpu().prefault(2), memory: bytes(), wait: duration().prefault('5m') })
    const schema = z.toJSONSchema(written, { io: 'input' })
    expect(schema.required).toEqual(['memory'])
    expect(schema.properties).toMatchObject({
      cpu: { default: 2, anyOf: [{ type: 'number' }, { type: 'string', pattern: expect.any(String) }] },
      memory: { anyOf: [{ type: 'integer' }, { type: 'string', pattern: expect.any(String) }] },
      wait: { type: 'string', default: '5m' },
    })
  })
})
