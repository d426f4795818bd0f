import type { Estate } from '../../cloud/estate.ts'
import { addressType, diskType, nicType } from '../../cloud/names.ts'
import type { Part } from '../../cloud/records.ts'
import { partShape } from '../../shapes/part.ts'
import { notFound, Refusal } from '../answer.ts'
import type { Call, Operation } from '../operation.ts'
import { page } from '../paging.ts'

interface Kind {
  readonly type: string
  /** First part of its operations' ids. */
  readonly title: string
  readonly inUse: { readonly status: number; readonly code: string }
}

const kinds: readonly Kind[] = [
  { type: nicType, title: 'NetworkInterfaces', inUse: { status: 400, code: 'NicInUse' } },
  { type: diskType, title: 'Disks', inUse: { status: 409, code: 'OperationNotAllowed' } },
  {
    type: addressType,
    title: 'PublicIPAddresses',
    inUse: { status: 400, code: 'PublicIPAddressCannotBeDeleted' },
  },
]

/** Interfaces, disks and public addresses, each a resource of its own. */
export function partOperations(estate: Estate, pageSize: number): Operation[] {
  return kinds.flatMap((kind) => kindOperations(kind, estate, pageSize))
}

function kindOperations({ type, title, inUse }: Kind, { parts }: Estate, pageSize: number): Operation[] {
  const group = '/subscriptions/:subscription/resourceGroups/:group'
  const path = `${group}/providers/${type}`
  const ofKind = (): Part[] => parts.all().filter((part) => part.type === type)

  function find(call: Call): Part | undefined {
    const { group: of = '', name = '' } = call.params
    return ofKind().find((part) => same(part.resourceGroup, of) && same(part.name, name))
  }

  return [
    {
      id: `${title}_List`,
      method: 'GET',
      path,
      action: `${type}/read`,
      handle(call) {
        const own = ofKind().filter(({ resourceGroup }) => same(resourceGroup, call.params['group'] ?? ''))
        return page(own.map(partShape), call, pageSize)
      },
    },
    {
      id: `${title}_Get`,
      method: 'GET',
      path: `${path}/:name`,
      action: `${type}/read`,
      handle(call) {
        const part = find(call)
        if (!part) throw notFound(type, call.params['name'] ?? '', call.params['group'] ?? '')
        return { status: 200, body: partShape(part) }
      },
    },
    {
      id: `${title}_Delete`,
      method: 'DELETE',
      path: `${path}/:name`,
      action: `${type}/delete`,
      handle(call) {
        const part = find(call)
        if (!part) return { status: 204 }
        if (part.attachedTo !== undefined) {
          throw new Refusal(inUse.status, inUse.code, `${part.id} is used by ${part.attachedTo} and can't be deleted.`)
        }
        parts.remove(part.id)
        for (const hanging of parts.all()) if (hanging.attachedTo === part.id) hanging.attachedTo = undefined
        return { status: 200 }
      },
    },
  ]
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
