import { z } from 'zod'
import {
  AMOUNT_HELP,
  AMOUNT_PATTERN,
  BadUnit,
  BYTES_HELP,
  BYTES_PATTERN,
  CPU_HELP,
  CPU_PATTERN,
  DURATION_HELP,
  DURATION_PATTERN,
  MONEY_HELP,
  MONEY_PATTERN,
  parseAmount,
  parseBytes,
  parseCpu,
  parseDuration,
  parseMoney,
} from './units.ts'

/*
 * Types that the configuration's schemas share. Defaults are given as people write them: `cpu().prefault(2)`,
 * `duration().prefault('5m')`; those of objects as `.prefault({})`.
 */

/** Thousandths of a CPU, from `2`, `0.5`, `'2'` or `'500m'`. */
export function cpu() {
  return z
    .union([z.number({ error: CPU_HELP }).min(0, { error: CPU_HELP }), pattern(CPU_PATTERN, CPU_HELP)], {
      error: CPU_HELP,
    })
    .transform(through(parseCpu))
}

/** Bytes, from `'4Gi'`, `'512Mi'`, `'1G'` or a plain integer. */
export function bytes() {
  return z
    .union([z.int({ error: BYTES_HELP }).min(0, { error: BYTES_HELP }), pattern(BYTES_PATTERN, BYTES_HELP)], {
      error: BYTES_HELP,
    })
    .transform(through(parseBytes))
}

/** Milliseconds, from `'30s'`, `'5m'`, `'1h30m'`, `'7d'`. A number without a unit is refused. */
export function duration() {
  return pattern(DURATION_PATTERN, DURATION_HELP).transform(through(parseDuration))
}

/** An exact amount of money for a time, from `'120 USD/day'`. */
export function money() {
  return pattern(MONEY_PATTERN, MONEY_HELP).transform(through(parseMoney))
}

/** An exact amount of money, from `'300 USD'`. */
export function amount() {
  return pattern(AMOUNT_PATTERN, AMOUNT_HELP).transform(through(parseAmount))
}

/** A value that is never logged: `${ENV}` or `file:` in the file, already resolved when it is parsed here. */
export function secret() {
  return z
    .string({ error: "expected a secret, for example '${MY_SECRET}' or 'file:secrets/key.pem'" })
    .min(1, { error: 'the secret is empty' })
    .meta({ writeOnly: true })
}

/** A name of ours: small letters, digits and hyphens, at most `max` characters. */
export function name(max = 40) {
  const help = `expected a name of small letters, digits and hyphens, at most ${max} characters, for example 'linux-small'`
  return pattern(new RegExp(`^[a-z0-9]([a-z0-9-]{0,${max - 2}}[a-z0-9])?$`), help)
}

/** A whole number of `min` or more; digits in a string do too, so that `${ENV}` may give it. */
export function count(min = 0) {
  const help = `expected a whole number, ${min} or more`
  return z
    .union([z.int({ error: help }).min(min, { error: help }), pattern(/^\d{1,15}$/, help)], { error: help })
    .transform(
      through((written) => {
        if (Number(written) < min) throw new BadUnit(help)
        return Number(written)
      }),
    )
}

function pattern(expression: RegExp, error: string) {
  return z.string({ error }).regex(expression, { error })
}

function through<In, Out>(parse: (written: In) => Out) {
  return (written: In, context: z.RefinementCtx<In>): Out => {
    try {
      return parse(written)
    } catch (error) {
      if (!(error instanceof BadUnit)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  }
}
