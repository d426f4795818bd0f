/** What the user of Slipway must be allowed, in the words of Jenkins' own permission matrix. */
export type Permission =
  | 'Overall/Read'
  | 'Overall/Administer'
  | 'Job/Read'
  | 'Agent/Create'
  | 'Agent/Connect'
  | 'Agent/Configure'
  | 'Agent/Delete'
  | 'Agent/Disconnect'

const GROUPS: Readonly<Record<string, string>> = { Computer: 'Agent', Hudson: 'Overall', Item: 'Job' }

/** `hudson.model.Computer.Create` (the controller's own id, which a refusal may carry) as `Agent/Create`. */
export function permissionWords(id: string): string {
  const [group = '', name = ''] = id.split('.').slice(-2)
  return GROUPS[group] === undefined ? id : `${GROUPS[group]}/${name}`
}

/** The permission that the page of a refusal names: `slipway is missing the Agent/Create permission`. */
export function permissionOnPage(page: string): string | undefined {
  return /is missing the ([A-Za-z ]+\/[A-Za-z]+) permission/.exec(page)?.[1]
}
