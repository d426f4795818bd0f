import { z } from 'zod'
import { strictIsolation } from '../../domain/pool.ts'
import { bytes, count, cpu, duration, name } from '../../kit/schema.ts'

const servesSchema = z
  .strictObject({
    source: name().describe('Name of a source.'),
    scope: z
      .string()
      .min(1)
      .optional()
      .describe(
        'One scope of the source: `organization`, `organization:runner group` or `owner/name`. Absent: all its scopes.',
      ),
  })
  .describe('A source, or one scope of it.')

const trustSchema = z
  .strictObject({
    zone: name().default('internal').describe('Pools of different zones share neither machine nor scope.'),
    forks: z.boolean().default(false).describe('Takes jobs whose code comes from a fork.'),
    unknownOrigin: z.boolean().default(false).describe('Takes jobs whose origin the source can’t tell.'),
    publicRepositories: z.boolean().default(false).describe('Registers in scopes that admit public repositories.'),
  })
  .describe('The zone, and what is taken in beyond the strict rule. Everything is refused unless said.')

const isolationSchema = z
  .strictObject({
    sudo: z
      .boolean()
      .default(strictIsolation.sudo)
      .describe('Lets jobs gain privileges inside the container (`sudo`): drops no-new-privileges.'),
    capabilities: z
      .array(
        z.string().regex(/^[A-Z][A-Z_]+$/, {
          error: "expected a capability without CAP_, for example 'SYS_PTRACE'",
        }),
      )
      .default([...strictIsolation.capabilities])
      .describe('Capabilities kept beyond the built-in list.'),
    pids: count(16).default(strictIsolation.pids).describe('Most processes and threads in a container.'),
    acceptUnverified: z
      .boolean()
      .default(strictIsolation.acceptUnverified)
      .describe('Runs agents on machines whose address rules no probe has verified.'),
    windows: z
      .enum(['process', 'hyperv'])
      .optional()
      .describe(
        'For `os: windows`: whether its containers share the machine’s kernel (`process`, unless said) or each have one of their own (`hyperv`).',
      ),
  })
  .prefault({})
  .describe('Each field that differs from its default is a visible relaxation.')

function resources(what: string) {
  return {
    cpu: cpu().describe(`CPUs ${what}.`),
    memory: bytes().describe(`Memory ${what}.`),
    disk: bytes().describe(`Disk ${what}.`),
  }
}

const each = resources('of each agent')

export const poolSchema = z
  .strictObject({
    name: name().describe('Name of the pool.'),
    os: z.enum(['linux', 'windows']).default('linux').describe('What its containers run on; its fleets’ `os` agrees.'),
    serves: z
      .array(servesSchema)
      .min(1, { error: 'expected at least one source, for example `- source: github`' })
      .describe('What it takes jobs from.'),
    labels: z
      .array(
        z.string().regex(/^[^\s,]+$/, { error: "expected a label without blanks and commas, for example 'linux'" }),
      )
      .default([])
      .describe(
        'What its agents register with and jobs are matched against. On GitHub `self-hosted`, the system and `x64` are added unless others of their kind are named.',
      ),
    repositories: z
      .array(
        z.string().regex(/^(\*|[\w.*-]+\/[\w.*-]+)$/, {
          error: "expected owner/name with `*` as a wildcard, for example 'acme/*'",
        }),
      )
      .min(1, { error: "expected at least one, for example 'acme/*'" })
      .optional()
      .describe('Allow list. A scope that admits more is refused. Absent: what the served scopes are named for.'),
    trust: z
      .union([name().describe('A zone, all else strict.'), trustSchema])
      .default('internal')
      .describe('Who may share with it, and what it takes in.'),
    fleets: z
      .array(name())
      .min(1, { error: "expected at least one fleet's name" })
      .describe('Fleets in order of preference.'),
    image: z
      .string()
      .regex(/^[^\s]+$/, { error: "expected an image, for example 'registry.example.com/agent:2' or one by digest" })
      .describe('Image of its agents.'),
    command: z.array(z.string()).default([]).describe('What the container runs. Empty: the image’s own command.'),
    resources: z
      .strictObject({
        cpu: each.cpu.prefault(2),
        memory: each.memory.prefault('4Gi'),
        disk: each.disk.prefault('10Gi'),
      })
      .prefault({})
      .describe('What each agent gets, and no more.'),
    allowedImages: z
      .array(z.string().min(1))
      .default([])
      .describe('Images that jobs of an `http` source may name, `*` as a wildcard. Empty: none.'),
    maxResources: z
      .strictObject({
        cpu: cpu().optional().describe('Most CPUs; absent: as in `resources`.'),
        memory: bytes().optional().describe('Most memory; absent: as in `resources`.'),
        disk: bytes().optional().describe('Most disk; absent: as in `resources`.'),
      })
      .prefault({})
      .describe('The most that a job of an `http` source may ask for.'),
    priority: z.int().default(0).describe('Pools with more come first when room is short.'),
    limits: z
      .strictObject({
        agents: count(1).default(10).describe('Most agents at once.'),
        perScope: count(1).optional().describe('Most agents in one scope; absent: as `agents`.'),
        perRepository: count(1).optional().describe('Most agents for one repository; absent: as `agents`.'),
      })
      .prefault({})
      .describe('Hard limits of the pool.'),
    warm: z
      .strictObject({
        agents: count().default(0).describe('Registered agents held ahead, in each scope.'),
        standby: count().default(0).describe('Prepared containers held ahead.'),
      })
      .prefault({})
      .describe('What is held ready, so that jobs start sooner.'),
    waitTarget: duration()
      .optional()
      .describe(
        'What people expect: jobs begin within this. The console tells where they do not; nothing else changes.',
      ),
    idleTimeout: duration().prefault('5m').describe('An agent that nobody needs is dismissed after this long idle.'),
    maxAge: duration().prefault('12h').describe('An idle agent or a standby container older than this is replaced.'),
    registerTimeout: duration().prefault('2m').describe('From activation to being seen registered or at work.'),
    maxFailures: count(1)
      .default(5)
      .describe('Agents in a row that never registered, until the pool counts as broken.'),
    isolation: isolationSchema,
    containers: z
      .enum(['none', 'dind'])
      .default('none')
      .describe('`dind`: a container engine of its own beside each agent, for jobs that build or run containers.'),
  })
  .describe('Agents of one kind.')

export type PoolSettings = z.output<typeof poolSchema>
