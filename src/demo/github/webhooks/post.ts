import * as http from 'node:http'
import * as https from 'node:https'

export interface Posting {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly agents: Agents
  /** The last byte was handed to the system. */
  readonly onSent: () => void
}

export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
  destroy(): void
}

export function createAgents(): Agents {
  const options = { keepAlive: true, maxSockets: 64 }
  const agents = { http: new http.Agent(options), https: new https.Agent(options) }
  return {
    ...agents,
    destroy() {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** Posts and gives the status code; 0 when no answer came. `cut` ends the attempt at once. */
export function post({ url, headers, body, agents, onSent }: Posting): { answered: Promise<number>; cut: () => void } {
  const secure = url.startsWith('https:')
  const request = secure
    ? https.request(url, { method: 'POST', headers, agent: agents.https })
    : http.request(url, { method: 'POST', headers, agent: agents.http })
  const answered = new Promise<number>((resolve) => {
    request.on('response', (response) => {
      response.on('error', () => resolve(0))
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.resume()
    })
    request.on('error', () => resolve(0))
    request.on('close', () => resolve(0))
  })
  request.end(body, onSent)
  return { answered, cut: () => request.destroy() }
}
