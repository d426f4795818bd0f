/** What an address on the controller is of: `job/team/job/app/12/` is build 12 of `team/app`. */
export interface JobPath {
  /** Below the controller's address, with a slash at the end: `job/team/job/app/`. */
  readonly path: string
  readonly fullName: string
  readonly number?: number
}

/** From an address as the API gives it, whole or below the controller's; undefined when it is of no job. */
export function jobPathOf(url: string): JobPath | undefined {
  const start = /(?:^|\/)job\//.exec(url)
  if (!start) return undefined
  const segments = url
    .slice(start.index)
    .split('/')
    .filter((segment) => segment !== '')
  const names: string[] = []
  let at = 0
  for (; segments[at] === 'job' && segments[at + 1] !== undefined; at += 2) names.push(segments[at + 1] ?? '')
  const rest = segments.slice(at)
  // One cell of a matrix has its combination between job and number.
  const cell = rest.filter((segment) => segment.includes('='))
  const number = Number(rest.find((segment) => /^\d+$/.test(segment)))
  const path = [...names.map((name) => `job/${name}`), ...cell].join('/')
  return {
    path: `${path}/`,
    fullName: [...names, ...cell].map(decoded).join('/'),
    ...(Number.isInteger(number) && { number }),
  }
}

/** Path of the run that an address lies in, if it is of a run. */
export function runPathOf(url: string): string | undefined {
  const job = jobPathOf(url)
  return job?.number === undefined ? undefined : `${job.path}${job.number}/`
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
