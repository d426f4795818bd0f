import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Exchange } from '../../src/demo/azure/index.ts'
import { toJsonSchema } from './json-schema.ts'
import { unknownValues } from './known-values.ts'
import { readMappers } from './mappers.ts'

/** Wraps a stand-in: pass `observe` into its options, and look at `violations` at the end of the test. */
export interface AzureValidation {
  readonly observe: (exchange: Exchange) => void
  /** One line for each way in which a request or an answer differs from what Azure publishes. */
  readonly violations: readonly string[]
  /** How much was checked, so that a test can tell silence from success. */
  readonly checked: { requests: number; answers: number }
}

/** Types of what is asked and answered, by Azure's id of the operation. What is not listed has no published schema. */
const types: Readonly<Record<string, { readonly body?: string; readonly answer?: string }>> = {
  VirtualMachines_CreateOrUpdate: { body: 'VirtualMachine', answer: 'VirtualMachine' },
  VirtualMachines_Get: { answer: 'VirtualMachine' },
  VirtualMachines_List: { answer: 'VirtualMachineListResult' },
  VirtualMachines_ListAll: { answer: 'VirtualMachineListResult' },
  VirtualMachines_InstanceView: { answer: 'VirtualMachineInstanceView' },
  VirtualMachineExtensions_CreateOrUpdate: { body: 'VirtualMachineExtension', answer: 'VirtualMachineExtension' },
  VirtualMachineExtensions_Get: { answer: 'VirtualMachineExtension' },
  Disks_List: { answer: 'DiskList' },
  Disks_Get: { answer: 'Disk' },
  ResourceSkus_List: { answer: 'ResourceSkusResult' },
  Usage_List: { answer: 'ListUsagesResult' },
  VirtualMachineImages_Get: { answer: 'VirtualMachineImage' },
  GalleryImages_Get: { answer: 'GalleryImage' },
  GalleryImageVersions_Get: { answer: 'GalleryImageVersion' },
  Images_Get: { answer: 'Image' },
}

const mappers = await readMappers()
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
const compiled = new Map<string, ValidateFunction>()

export function createAzureValidation(): AzureValidation {
  const violations: string[] = []
  const checked = { requests: 0, answers: 0 }

  function observe(exchange: Exchange): void {
    const { operation = '', method, url, status, requestBody, responseBody, injected } = exchange
    const { body, answer } = types[operation] ?? {}
    const found: string[] = []
    if (body !== undefined) {
      checked.requests += 1
      found.push(...faults(body, requestBody, true), ...unknownValues(requestBody))
    }
    if (answer !== undefined && status < 300 && !injected && responseBody !== undefined) {
      checked.answers += 1
      found.push(...faults(answer, responseBody, false))
    }
    violations.push(...found.map((fault) => `${method} ${url}: ${fault}`))
  }

  return { observe, violations, checked }
}

function faults(className: string, value: unknown, request: boolean): string[] {
  const key = `${className} ${request}`
  const validate = compiled.get(key) ?? ajv.compile(toJsonSchema(mappers, className, { request }))
  compiled.set(key, validate)
  if (validate(value)) return []
  const where = request ? 'body' : 'answer'
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
