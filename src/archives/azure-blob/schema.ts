import { z } from 'zod'
import { secret } from '../../kit/schema.ts'

const https = (help: string) => z.url({ protocol: /^https?$/, error: help })

/** Logs as block blobs of a container. */
export const azureBlobArchiveSchema = z
  .strictObject({
    account: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, { error: "expected the name of a storage account, for example 'acmelogs'" })
      .optional()
      .describe('Storage account in the public cloud. Or give `url`.'),
    url: https("expected the address of the blob service, for example 'https://acmelogs.blob.core.windows.net'")
      .optional()
      .describe('Address of the blob service, for sovereign clouds and private endpoints with names of their own.'),
    container: z
      .string()
      .regex(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, {
        error: "expected the name of a container, for example 'slipway-logs'",
      })
      .describe('Container that the logs go into. It must exist, and should not be open to the public.'),
    prefix: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*\/?$/, { error: "expected a path of letters, digits, `.`, `_` and `-`: 'ci/logs'" })
      .optional()
      .describe('Put before the names of all blobs.'),
    connectionString: secret()
      .optional()
      .describe('Connection string with a key or a shared access signature. Better: none, and a managed identity.'),
    sas: secret()
      .optional()
      .describe('Shared access signature of the container, with the rights read, create, write, delete and list.'),
    authorityHost: https("expected an address, for example 'https://login.microsoftonline.com'")
      .optional()
      .describe('Microsoft Entra ID: another one in sovereign clouds.'),
  })
  .check(consistent)
  .describe('Logs as blobs of an Azure storage account.')

export type AzureBlobArchiveConfig = z.output<typeof azureBlobArchiveSchema>

interface Parts {
  readonly account?: string | undefined
  readonly url?: string | undefined
  readonly connectionString?: string | undefined
  readonly sas?: string | undefined
}

/** Where it is, and by what right, is each said once. */
function consistent(context: z.core.ParsePayload<Parts>): void {
  const { account, url, connectionString, sas } = context.value
  const wrong = (key: string, message: string) =>
    context.issues.push({ code: 'custom', path: [key], message, input: context.value })
  const places = [account, url, connectionString].filter((place) => place !== undefined)
  if (places.length === 0) wrong('account', 'expected `account`, `url` or `connectionString`: one of them')
  if (places.length > 1) wrong(account === undefined ? 'url' : 'account', 'one of `account`, `url`, `connectionString`')
  if (connectionString !== undefined && sas !== undefined)
    wrong('sas', 'the connection string says by what right already')
}
