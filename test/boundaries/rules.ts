import type { IForbiddenRuleType } from 'dependency-cruiser'
import type { Room } from './rooms.ts'

const NPM_TYPES = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] as const

export function rulesOf(rooms: Readonly<Record<string, Room>>): IForbiddenRuleType[] {
  const bundled = Object.values(rooms).flatMap((room) => (room.bundled ? [room.files] : []))
  return [...Object.entries(rooms).flatMap(([name, room]) => roomRules(name, room)), ...rulesForAll(bundled)]
}

function roomRules(name: string, room: Room): IForbiddenRuleType[] {
  const from = { path: room.files }
  const rules: IForbiddenRuleType[] = [
    {
      name: `${name}: rooms`,
      comment: `src/${name} imports itself, kit and what the table lists`,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: [room.files, '^src/kit/', ...room.imports] },
    },
  ]
  if (!room.npm.includes('*')) {
    rules.push({
      name: `${name}: packages`,
      comment: `packages that the room may use: ${room.npm.join(', ') || 'none'}`,
      severity: 'error',
      from,
      to: { dependencyTypes: [...NPM_TYPES], pathNot: room.npm.map(packagePattern) },
    })
  }
  if (!room.node) {
    rules.push({ name: `${name}: pure`, severity: 'error', from, to: { dependencyTypes: ['core'] } })
  }
  if (!room.node && room.npm.length === 0) {
    rules.push({
      name: `${name}: pure to the end`,
      severity: 'error',
      from,
      to: { path: 'node_modules', reachable: true },
    })
  }
  return rules
}

/** `node_modules/NAME/`, typings included. */
function packagePattern(name: string): string {
  const typings = `@types/${name.replace('@', '').replace('/', '__')}`
  return `node_modules/(${name.replace('*', '[^/]+')}|${typings})/`
}

const rulesForAll = (bundled: readonly string[]): IForbiddenRuleType[] => [
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'no orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
  { name: 'nothing unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  { name: 'no tests', severity: 'error', from: { path: '^src/' }, to: { path: '(^test/|\\.test\\.ts$)' } },
  {
    name: 'no development packages',
    severity: 'error',
    from: { path: '^src/', pathNot: [...bundled] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
]
