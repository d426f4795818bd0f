import { z } from 'zod'

/** Id of a resource of one type, as Azure writes it. */
export function resourceId(type: string) {
  const [namespace = '', ...kinds] = type.split('/')
  const path = kinds.map((kind) => `${kind}/[^/]+`).join('/')
  const expression = new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${namespace}/${path}$`, 'i')
  const example = kinds.map((kind) => `${kind}/NAME`).join('/')
  return z.string().regex(expression, {
    error: `expected the id of a resource: '/subscriptions/…/resourceGroups/…/providers/${namespace}/${example}'`,
  })
}

const word = (what: string) =>
  z.string({ error: `expected the image’s ${what}` }).regex(/^[\w.-]+$/, { error: `expected the image’s ${what}` })

const planSchema = z
  .strictObject({
    name: word('plan').describe('Name of the plan; mostly the same as `sku`.'),
    product: word('product').describe('Product; mostly the same as `offer`.'),
    publisher: word('publisher').describe('Publisher.'),
  })
  .describe('Plan of a paid image, whose terms have been accepted (`az vm image terms accept`).')

const IMAGE_ID =
  /^\/(subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/(images\/[^/]+|galleries\/[^/]+\/images\/[^/]+(\/versions\/[^/]+)?)|(CommunityGalleries|SharedGalleries)\/[^/]+\/Images\/[^/]+(\/versions\/[^/]+)?)$/i

const byIdSchema = z.strictObject({
  id: z
    .string()
    .regex(IMAGE_ID, {
      error:
        "expected the id of an image: '/subscriptions/…/providers/Microsoft.Compute/galleries/…/images/…', '/subscriptions/…/providers/Microsoft.Compute/images/…', '/CommunityGalleries/…/Images/…' or '/SharedGalleries/…/Images/…'",
    })
    .describe('Image of a gallery, or a managed one. Without a version: the newest.'),
  plan: planSchema.optional(),
})

const marketplaceSchema = z.strictObject({
  publisher: word('publisher').describe('Publisher of the image.'),
  offer: word('offer').describe('Offer of the image.'),
  sku: word('sku').describe('SKU of the image.'),
  version: word('version').default('latest').describe('Version of the image.'),
  plan: planSchema.optional(),
})

/** An image of one's own, or one from the marketplace. */
export const imageSchema = z
  .union([byIdSchema, marketplaceSchema], {
    error: 'expected `{id}` of an image of yours, or `{publisher, offer, sku}` of one from the marketplace',
  })
  .describe('What machines are made from.')
