/** Addresses of IPv4 as numbers, both ends included. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * The networks without the exceptions, as `FIRST-LAST`: on Windows a rule that blocks goes before any that allows.
 * What is not IPv4 is no exception here.
 */
export function without(networks: readonly string[], exceptions: readonly string[]): string[] {
  const holes = exceptions.filter((written) => /^[\d.]+(\/\d+)?$/.test(written)).map(rangeOf)
  return networks
    .map(rangeOf)
    .flatMap((range) => holes.reduce<Range[]>((rest, hole) => rest.flatMap((one) => cut(one, hole)), [range]))
    .map(({ from, to }) => `${addressOf(from)}-${addressOf(to)}`)
}

function cut(range: Range, hole: Range): Range[] {
  if (hole.to < range.from || hole.from > range.to) return [range]
  const rest = [
    { from: range.from, to: hole.from - 1 },
    { from: hole.to + 1, to: range.to },
  ]
  return rest.filter(({ from, to }) => from <= to)
}

function rangeOf(network: string): Range {
  const [address = '', bits = '32'] = network.split('/')
  const size = 2 ** (32 - Number(bits))
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const from = Math.floor(number / size) * size
  return { from, to: from + size - 1 }
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
