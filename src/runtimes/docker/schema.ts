import { z } from 'zod'
import { secret } from '../../kit/schema.ts'

/** Credentials with which images are pulled from one registry. */
export const registrySchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[\w.-]+(:\d+)?$/, { error: "expected a host, for example 'registry.example.com' or 'localhost:5000'" })
      .describe('Host of the registry, with its port if it has one; as images name it.'),
    username: z.string().min(1).describe('User name, or what the registry asks for in its place.'),
    password: secret().describe('Password or access token.'),
  })
  .describe('Credentials for pulling images from a registry.')

export type RegistryConfig = z.output<typeof registrySchema>
