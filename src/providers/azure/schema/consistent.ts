const GIB = 2 ** 30

/** The parts of a fleet that may contradict one another. */
interface Parts {
  readonly os: 'linux' | 'windows'
  readonly warm: { readonly stopped: number }
  readonly spot: {
    readonly enabled: boolean
    readonly fallback: boolean
    readonly maxPrice?: { readonly currency: string } | undefined
  }
  readonly osDisk: { readonly ephemeral: boolean | 'auto'; readonly size?: number | undefined }
  readonly hibernate: boolean
  readonly customScript: boolean
  readonly sizes: readonly string[]
  readonly zones: readonly string[]
  readonly prices: Readonly<Record<string, unknown>>
}

interface Context<T> {
  readonly value: T
  readonly issues: {
    push(issue: { code: 'custom'; path: (string | number)[]; message: string; input: unknown }): unknown
  }
}

/** What Azure, or reason, does not allow together: each a problem at the key that is to be changed. */
export function consistent<T extends Parts>(context: Context<T>): void {
  const fleet = context.value
  const wrong = (path: (string | number)[], message: string) =>
    context.issues.push({ code: 'custom', path, message, input: fleet })
  const { stopped } = fleet.warm

  if (stopped > 0 && fleet.osDisk.ephemeral === true) {
    wrong(['warm', 'stopped'], 'a machine with an ephemeral disk can’t be stopped: set `osDisk: {ephemeral: false}`')
  }
  if (stopped > 0 && fleet.spot.enabled) {
    wrong(['warm', 'stopped'], 'Spot machines are not kept stopped: hold them in a fleet without Spot')
  }
  if (fleet.hibernate && stopped === 0)
    wrong(['hibernate'], 'only stopped machines hibernate: set `warm: {stopped: 1}`')
  if (fleet.spot.maxPrice && !fleet.spot.enabled) wrong(['spot', 'maxPrice'], 'Spot is not enabled here')
  if (fleet.spot.maxPrice && fleet.spot.maxPrice.currency !== 'USD') {
    wrong(['spot', 'maxPrice'], "Azure takes it in USD only, for example '0.10 USD/hour'")
  }
  const { size } = fleet.osDisk
  if (size !== undefined && (size % GIB !== 0 || size < GIB || size > 4095 * GIB)) {
    wrong(['osDisk', 'size'], "expected whole GiB, at most 4095Gi, for example '64Gi'")
  }
  if (fleet.os === 'windows' && fleet.customScript) wrong(['customScript'], 'Windows machines are set up by it anyway')

  for (const key of ['sizes', 'zones'] as const) {
    fleet[key].forEach((item, index) => {
      if (fleet[key].indexOf(item) !== index) wrong([key, index], `${item} stands here twice`)
    })
  }
  for (const priced of Object.keys(fleet.prices)) {
    const known = fleet.sizes.includes(priced.replace(/\/spot$/, ''))
    if (!known)
      wrong(['prices', priced], `expected one of this fleet’s sizes, '${fleet.sizes[0]}' or '${fleet.sizes[0]}/spot'`)
  }
}
