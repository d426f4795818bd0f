import { diskType, nicType } from '../cloud/names.ts'
import type { Part } from '../cloud/records.ts'

export function partShape(part: Part): object {
  const { id, name, type, location, tags, zones, sku } = part
  return {
    id,
    name,
    type,
    location,
    tags,
    ...(zones && { zones }),
    ...(sku && { sku }),
    ...(type === diskType && part.attachedTo !== undefined && { managedBy: part.attachedTo }),
    properties: { ...part.properties, ...attachment(part) },
  }
}

function attachment({ type, attachedTo }: Part): object {
  if (type === diskType) return { diskState: attachedTo === undefined ? 'Unattached' : 'Attached' }
  if (attachedTo === undefined) return {}
  if (type === nicType) return { virtualMachine: { id: attachedTo } }
  return { ipConfiguration: { id: `${attachedTo}/ipConfigurations/primary` } }
}
