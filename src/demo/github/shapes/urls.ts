/** Where things of the stand-in are, for the many links in GitHub's answers. */
export interface Urls {
  /** Base of the REST API. */
  readonly api: string
  /** Base of what people would see in a browser. */
  readonly html: string
}

/** Times as GitHub writes them: to the second. */
export function timestamp(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`
}

export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}${id}`).toString('base64')
}
