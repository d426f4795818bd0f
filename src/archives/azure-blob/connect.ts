import { DefaultAzureCredential, type TokenCredential } from '@azure/identity'
import { AnonymousCredential, BlobServiceClient, ContainerClient, newPipeline } from '@azure/storage-blob'
import { outboundTo, type OutboundOptions } from '../../kit/outbound.ts'
import type { Where } from './errors.ts'
import type { AzureBlobArchiveConfig } from './schema.ts'

export interface Container {
  readonly client: ContainerClient
  readonly where: Where
}

/** A client of the container. Throws if the CA file or the connection string can't be read. */
export function connectContainer(
  config: AzureBlobArchiveConfig,
  options: OutboundOptions,
  credential?: TokenCredential,
): Container {
  const { account, container: name, connectionString, sas } = config
  const url = (config.url ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '')
  // Whether and when to try again is for the caller, who knows what waits for it.
  const settings = (to: string) => ({ ...outboundTo(to, options), retryOptions: { maxTries: 1 } })
  if (connectionString !== undefined) {
    const address = BlobServiceClient.fromConnectionString(connectionString).url
    const service = BlobServiceClient.fromConnectionString(connectionString, settings(address))
    return placed(
      service.getContainerClient(name),
      'check the key or signature in `archive.azureBlob.connectionString`',
    )
  }
  if (sas !== undefined) {
    const pipeline = newPipeline(new AnonymousCredential(), settings(url))
    const signed = new ContainerClient(`${url}/${name}?${sas.replace(/^\?/, '')}`, pipeline)
    return placed(signed, '`archive.azureBlob.sas` must be valid and grant read, create, write, delete and list')
  }
  const identity = credential ?? identityOf(config, options)
  const client = new ContainerClient(`${url}/${name}`, newPipeline(identity, settings(url)))
  return placed(client, 'give Slipway’s identity the role “Storage Blob Data Contributor” on the container')
}

function placed(client: ContainerClient, access: string): Container {
  return { client, where: { container: publicUrl(client.url), access } }
}

/** Managed identity, workload identity, a service principal in the environment, Azure's command line: what is there. */
function identityOf({ authorityHost }: AzureBlobArchiveConfig, options: OutboundOptions): TokenCredential {
  return new DefaultAzureCredential({
    ...outboundTo(authorityHost ?? 'https://login.microsoftonline.com', options),
    // An authority that is named is trusted by name, not looked up at Microsoft's first.
    ...(authorityHost !== undefined && { authorityHost, disableInstanceDiscovery: true }),
  })
}

/** Without the signature. */
export function publicUrl(url: string): string {
  return url.replace(/\?.*$/, '')
}
