import {
  ImageUnavailable,
  NameTaken,
  QuotaExceeded,
  InsufficientCapacity,
  Refused,
  Throttled,
  Transient,
  Unauthorized,
} from '../../domain/errors.ts'
import type { Random } from '../random.ts'

/** Which part of the outside a call goes to. */
export type Side = 'source' | 'engine' | 'cloud'

/**
 * How a call goes wrong. `lost`: it did its work and its answer never came. `hang`: nothing came of it, and nothing was
 * heard until its deadline.
 */
export type Failure =
  | 'transient'
  | 'throttled'
  | 'unauthorized'
  | 'refused'
  | 'name-taken'
  | 'no-image'
  | 'no-capacity'
  | 'no-quota'
  | 'lost'
  | 'hang'

/** A time in which a share of the calls goes wrong. */
export interface Spell {
  readonly side: Side
  /** All of that side without it. */
  readonly verb?: string
  readonly failure: Failure
  /** From 0 to 1. */
  readonly share: number
  /** Moment since the beginning of the history. */
  readonly until: number
}

/** What is wrong with the outside now. */
export interface Trouble {
  add(spell: Spell): void
  clear(): void
  /** How a call that begins now will go wrong, if it does. */
  draw(side: Side, verb: string, now: number): Failure | undefined
}

export function createTrouble(random: Random): Trouble {
  let spells: Spell[] = []
  return {
    add: (spell) => void spells.push(spell),
    clear: () => void (spells = []),
    draw(side, verb, now) {
      if (spells.length === 0) return undefined
      spells = spells.filter(({ until }) => until > now)
      return spells.find((spell) => {
        const meant = spell.side === side && (spell.verb ?? verb) === verb && fits(spell.failure, verb)
        return meant && random.chance(spell.share)
      })?.failure
    },
  }
}

/** Some answers only some calls can have. */
function fits(failure: Failure, verb: string): boolean {
  switch (failure) {
    case 'name-taken':
      return verb === 'admit'
    case 'no-image':
      return verb === 'prepare' || verb === 'pull'
    case 'no-capacity':
    case 'no-quota':
      return verb === 'create'
    case 'refused':
      return ['admit', 'prepare', 'create'].includes(verb)
    case 'transient':
    case 'throttled':
    case 'unauthorized':
    case 'lost':
    case 'hang':
      return true
  }
}

export function errorOf(failure: Exclude<Failure, 'lost' | 'hang'>, verb: string): Error {
  switch (failure) {
    case 'transient':
      return new Transient(`${verb}: bad gateway`)
    case 'throttled':
      return new Throttled(`${verb}: too many requests`, 5000)
    case 'unauthorized':
      return new Unauthorized(`${verb}: a permission is missing`)
    case 'refused':
      return new Refused(`${verb}: the request is not valid`)
    case 'name-taken':
      return new NameTaken(`${verb}: Already exists`)
    case 'no-image':
      return new ImageUnavailable(`${verb}: no such image`)
    case 'no-capacity':
      return new InsufficientCapacity(`${verb}: SkuNotAvailable`)
    case 'no-quota':
      return new QuotaExceeded(`${verb}: the quota of cores is used up`)
  }
}
