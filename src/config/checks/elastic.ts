import { sound, type Parts } from '../parts.ts'
import type { Path } from '../reading/problem.ts'
import type { ElasticFleetConfig } from '../schema/root.ts'
import type { Check } from './check.ts'

/** Our own authority signs the certificates of machines that we make; its key is kept sealed. */
export const authorityNeeded: Check = (parts) => {
  const fleet = elasticFleets(parts)[0]
  if (!fleet || parts.root['authority'] !== undefined) return []
  return [
    {
      path: ['authority', 'key'],
      reason: `the machines of the fleet \`${fleet.value.name}\` need certificates, and nothing says what to seal their authority with`,
      mend: "Add `authority: {key: '${SLIPWAY_KEY}'}`, a secret of 32 characters or more: `openssl rand -base64 32`.",
    },
  ]
}

export const warmWithinMachines: Check = (parts) =>
  elasticFleets(parts).flatMap(({ path, value: { warm, limits } }) => {
    const held = warm.machines + warm.stopped
    if (held <= limits.machines) return []
    return [
      {
        path: [...path, 'warm'],
        reason: `\`warm\` holds ${held} machines ahead, and \`limits.machines\` is ${limits.machines}`,
        mend: 'Stopped machines count too. Lower the one or raise the other.',
      },
    ]
  })

/** A daily limit is compared with prices: each must be known, and of one currency. */
export const pricesForLimit: Check = (parts) =>
  elasticFleets(parts).flatMap(({ path, value: fleet }) => {
    const limit = fleet.limits.moneyPerDay
    if (!limit || fleet.provider !== 'docker') return []
    return fleet.sizes.flatMap(({ name, price }, index) => {
      const at = [...path, 'sizes', index, 'price']
      if (!price) {
        const reason = `the size \`${name}\` has no price, and the fleet has a limit of money, so none would ever be made`
        return [{ path: at, reason, mend: 'Give it a price, or remove `limits.moneyPerDay`.' }]
      }
      if (price.currency === limit.currency) return []
      const reason = `the price of \`${name}\` is in ${price.currency}, and \`limits.moneyPerDay\` in ${limit.currency}`
      return [{ path: at, reason, mend: 'Amounts of two currencies are never added: use one.' }]
    })
  })

export const duplicateSizes: Check = (parts) =>
  elasticFleets(parts).flatMap(({ path, value: fleet }) => {
    if (fleet.provider !== 'docker') return []
    const names = fleet.sizes.map(({ name }) => name)
    return names.flatMap((name, index) => {
      if (names.indexOf(name) === index) return []
      const at = [...path, 'sizes', index, 'name']
      const reason = `the size \`${name}\` is there twice`
      return [{ path: at, reason, mend: 'Every size stands in its fleet once; rename or remove one.' }]
    })
  })

function elasticFleets({ fleets }: Parts): { path: Path; value: ElasticFleetConfig }[] {
  return sound(fleets).flatMap(({ path, value }) => (value.provider === 'static' ? [] : [{ path, value }]))
}
