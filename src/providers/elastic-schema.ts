import { z } from 'zod'
import type { Money } from '../domain/money.ts'
import { bytes, count, cpu, duration, money, name } from '../kit/schema.ts'
import type { Money as MoneyForATime, MoneyPeriod } from '../kit/units.ts'

/** An amount for one hour, from `'0.38 USD/hour'`. */
export function hourlyPrice() {
  return money().transform(amountPer('hour', '0.38 USD/hour'))
}

/** An amount for one day, from `'120 USD/day'`. */
export function dailyAmount() {
  return money().transform(amountPer('day', '120 USD/day'))
}

/** Prices by the provider's name of the size; they go before any that the provider tells. */
export function sizePrices() {
  return z
    .record(z.string().min(1), hourlyPrice().describe('For an hour of a running machine of this size.'))
    .default({})
    .describe('Prices by size, for an hour of a running machine; they go before those that the provider tells.')
}

const limits = z
  .strictObject({
    agentsPerMachine: count(1).default(100).describe('Most agents on one machine.'),
    machines: count(1).default(10).describe('Most machines at once, stopped ones included.'),
    machinesPerHour: count(1).optional().describe('Most machines begun within any hour. Absent: no limit.'),
    moneyPerDay: dailyAmount()
      .optional()
      .describe(
        'No new machine once what was spent today (UTC) and what the existing ones are committed to reach it. Every size needs a price then. Absent: no limit.',
      ),
  })
  .prefault({})
  .describe('Hard limits of the fleet.')

const reserve = z
  .strictObject({
    cpu: cpu().prefault('250m').describe('CPUs kept for the system and the engine.'),
    memory: bytes().prefault('512Mi').describe('Memory kept for the system and the engine.'),
    disk: bytes().prefault('2Gi').describe('Disk kept for the system and the engine.'),
  })
  .prefault({})
  .describe('Kept free on each machine: agents get size − reserve.')

const burst = z
  .strictObject({
    cpu: z
      .number({ error: 'expected a number, 1 or more, for example 1.5' })
      .min(1, { error: 'expected a number, 1 or more, for example 1.5' })
      .default(1)
      .describe('How far CPU may be promised beyond what a machine has: 1.5 is half as much again; 1 is never.'),
  })
  .prefault({})
  .describe('In a spike, agents start at once on busy machines while others boot. Memory is never overcommitted.')

const warm = z
  .strictObject({
    machines: count().default(0).describe('Running, empty machines held ahead.'),
    stopped: count().default(0).describe('Stopped machines held ahead: they start sooner than new ones are made.'),
  })
  .prefault({})
  .describe('Machines held ready, so that jobs start sooner.')

const privateRange = z
  .string()
  .regex(/^[0-9A-Fa-f.:]+(\/\d{1,3})?$/, { error: "expected an address or a network, for example '10.1.0.0/16'" })

const bootstrap = z
  .strictObject({
    before: z
      .string()
      .min(1)
      .optional()
      .describe('Your own script, run before the engine is set up; `file:setup.sh` reads it from a file.'),
    after: z.string().min(1).optional().describe('Your own script, run once the engine is up, before the first agent.'),
    registryMirror: z
      .url({ protocol: /^https?$/, error: "expected an address, for example 'https://mirror.example.com'" })
      .optional()
      .describe('Pull-through mirror that the machines’ engines use. Absent: none.'),
    allowPrivate: z
      .array(privateRange)
      .default([])
      .describe('Private addresses and networks that agents may reach. Empty: none but name servers.'),
  })
  .prefault({})
  .describe('How machines are set up.')

/**
 * What all fleets have whose machines come and go. Spread into the strict object of a provider's own schema; `idle` is
 * the provider's default for `idleTimeout`.
 */
export function elasticFields(idle: string) {
  return {
    name: name().describe('Name of the fleet; pools prefer fleets by this name.'),
    trust: name().default('internal').describe('Trust zone; only pools of the same zone use the fleet.'),
    reserve,
    limits,
    choose: z
      .enum(['ordered', 'cheapest'])
      .default('ordered')
      .describe('`ordered`: the first size that can be had; `cheapest`: the set of machines that costs least.'),
    bootTimeout: duration().prefault('5m').describe('A machine that is not ready after this long is replaced.'),
    idleTimeout: duration().prefault(idle).describe('An empty machine is deleted after this long.'),
    maxAge: duration().prefault('24h').describe('An older machine is replaced, once its agents are done.'),
    maxAgents: count(1)
      .optional()
      .describe('A machine that has had this many agents is replaced. Absent: never for that.'),
    billing: z
      .enum(['second', 'hour'])
      .default('second')
      .describe('`hour`: an empty machine stays until shortly before the hour that is paid for anyway ends.'),
    minimumCharge: duration()
      .optional()
      .describe(
        'A machine is paid for at least this long, however soon it is deleted. Absent: no longer than it was there.',
      ),
    burst,
    spread: z
      .enum(['none', 'repository'])
      .default('none')
      .describe('`repository`: agents of one repository on different machines where that costs no machine more.'),
    consolidate: z
      .boolean()
      .default(true)
      .describe('Whether a nearly empty machine is emptied when what remains on it fits elsewhere.'),
    driftBudget: count()
      .default(1)
      .describe('Machines replaced at a time after the fleet’s image or set-up has changed. 0: none is.'),
    rerunEvicted: z
      .boolean()
      .default(false)
      .describe('Whether GitHub runs whose jobs were lost to an eviction are run again, once.'),
    warm,
    bootstrap,
  }
}

function amountPer(per: MoneyPeriod, example: string) {
  return (written: MoneyForATime, context: z.RefinementCtx<MoneyForATime>): Money => {
    if (written.per === per) return { nanos: written.nanoDollars, currency: written.currency }
    context.addIssue({ code: 'custom', message: `expected an amount for one ${per}, for example '${example}'` })
    return z.NEVER
  }
}
