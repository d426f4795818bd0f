import { z } from 'zod'
import { bytes, cpu } from '../../kit/schema.ts'
import { elasticFields, hourlyPrice } from '../elastic-schema.ts'

const sizeSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,39}$/, { error: "expected a name for the size, for example 'small'" })
      .describe('Name of the size, unique in the fleet.'),
    cpu: cpu().describe('CPUs of such a machine.'),
    memory: bytes().describe('Memory of such a machine.'),
    disk: bytes().describe('Disk that agents may plan with. The host engine does not enforce it.'),
    price: hourlyPrice().optional().describe('For an hour of such a machine, where its cost is to be counted.'),
  })
  .describe('One size.')

/** Machines that are containers on a host's engine, each with an engine of its own. */
export const dockerFleetSchema = z
  .strictObject({
    ...elasticFields('1m'),
    provider: z.literal('docker').describe('Machines as containers: elasticity with nothing but an engine.'),
    os: z.literal('linux').default('linux').describe('What the machines run: Linux.'),
    engine: z
      .string()
      .regex(/^unix:\/\/\/\S+$/, { error: "expected the socket of an engine, 'unix:///var/run/docker.sock'" })
      .default('unix:///var/run/docker.sock')
      .describe('The host’s engine. Slipway reaches the machines by their addresses, so it runs on the same host.'),
    image: z
      .string()
      .regex(/^\S+$/, { error: "expected an image, for example 'docker:dind'" })
      .optional()
      .describe(
        'What machines are made from: an image with `dockerd`, `iptables` and a shell. Absent: docker:dind; where that can’t be had, one made of the engine that is installed on this host.',
      ),
    sizes: z
      .array(sizeSchema)
      .min(1, { error: 'expected at least one size, for example `- {name: small, cpu: 2, memory: 4Gi, disk: 20Gi}`' })
      .describe('Sizes, in order of preference.'),
    loadImages: z
      .boolean()
      .default(true)
      .describe('Whether images that the host’s engine has are copied into the machines; others are pulled there.'),
  })
  .describe('Machines that are containers on one host.')

export type DockerFleetConfig = z.output<typeof dockerFleetSchema>
export type DockerSizeConfig = DockerFleetConfig['sizes'][number]
