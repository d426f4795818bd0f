import { z } from 'zod'
import { hourlyPrice } from '../elastic-schema.ts'
import { bytes, count, cpu, name, secret } from '../../kit/schema.ts'

const sizeSchema = z
  .strictObject({
    cpu: cpu().describe('CPUs of the host.'),
    memory: bytes().describe('Memory of the host.'),
    disk: bytes().describe('Disk that containers and images may fill.'),
  })
  .describe('Size of the host. Absent: the engine is asked for CPUs and memory.')

const tlsSchema = z
  .strictObject({
    ca: secret().describe('Certificate of the authority that signed the engine’s, in PEM.'),
    cert: secret().describe('Our client certificate, in PEM.'),
    key: secret().describe('Key of our client certificate, in PEM.'),
  })
  .describe('For `tcp://`: both sides show certificates.')

const hostSchema = z
  .strictObject({
    name: name(15).describe('Name of the machine, unique in the whole file.'),
    url: z
      .string()
      .regex(/^(unix:\/\/\/\S+|tcp:\/\/[\w.[\]:-]+:\d+|ssh:\/\/[\w.-]+@[\w.[\]:-]+)$/, {
        error: "expected 'unix:///var/run/docker.sock', 'tcp://host:2376' or 'ssh://user@host:22'",
      })
      .describe('How to reach the engine.'),
    tls: tlsSchema.optional(),
    privateKey: secret().optional().describe('For `ssh://`: the private key to log in with.'),
    hostKey: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, { error: "expected 'SHA256:…', as `ssh-keygen -lf` prints it" })
      .optional()
      .describe('For `ssh://`: fingerprint of the host’s public key. Any other is refused.'),
    size: sizeSchema.optional(),
    price: hourlyPrice()
      .optional()
      .describe("What the host costs, '0.10 USD/hour', so that its jobs' costs are told. Absent: it costs nothing."),
  })
  .check((context) => {
    const { url, tls, privateKey, hostKey } = context.value
    const wrong = (key: string, message: string) =>
      context.issues.push({ code: 'custom', path: [key], message, input: context.value })
    if (url.startsWith('ssh:') && !privateKey) wrong('privateKey', 'a host reached over ssh needs its privateKey')
    if (url.startsWith('ssh:') && !hostKey) wrong('hostKey', 'a host reached over ssh needs its hostKey')
    if (!url.startsWith('ssh:') && privateKey) wrong('privateKey', 'privateKey is for hosts reached over ssh only')
    if (!url.startsWith('ssh:') && hostKey) wrong('hostKey', 'hostKey is for hosts reached over ssh only')
    if (!url.startsWith('tcp:') && tls) wrong('tls', 'tls is for hosts reached over tcp only')
  })
  .describe('One host with a container engine.')

/** Hosts given by hand. */
export const staticFleetSchema = z
  .strictObject({
    name: name().describe('Name of the fleet; pools prefer fleets by this name.'),
    provider: z.literal('static').describe('Hosts given by hand.'),
    os: z.enum(['linux', 'windows']).default('linux').describe('What the hosts run.'),
    trust: name().default('internal').describe('Trust zone; only pools of the same zone use the fleet.'),
    reserve: z
      .strictObject({
        cpu: cpu().prefault('250m').describe('CPUs kept for the system and the engine.'),
        memory: bytes().prefault('512Mi').describe('Memory kept for the system and the engine.'),
        disk: bytes().prefault('2Gi').describe('Disk kept for the system and the engine.'),
      })
      .prefault({})
      .describe('Kept free on each host: agents get size − reserve.'),
    limits: z
      .strictObject({
        agentsPerMachine: count(1).default(100).describe('Most agents on one host.'),
      })
      .prefault({})
      .describe('Hard limits of the fleet.'),
    hosts: z
      .array(hostSchema)
      .min(1, { error: "expected at least one host, for example `- {name: here, url: 'unix:///var/run/docker.sock'}`" })
      .describe('The hosts.'),
  })
  .describe('Machines given by hand.')

export type StaticFleetConfig = z.output<typeof staticFleetSchema>
export type StaticHostConfig = StaticFleetConfig['hosts'][number]
