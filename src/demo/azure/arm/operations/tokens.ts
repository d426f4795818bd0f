import { Refusal } from '../answer.ts'
import type { Credentials } from '../credentials.ts'
import type { Call, Operation } from '../operation.ts'

/** Where credentials become tokens: an application's secret or federated token, or a machine's managed identity. */
export function tokenOperations(credentials: Credentials, url: () => string): Operation[] {
  const { application } = credentials

  function byApplication({ body }: Call) {
    const form = new URLSearchParams(String(body))
    const known = form.get('client_id') === application.clientId
    const secret = form.get('client_secret')
    const proven = secret === null ? form.get('client_assertion') !== null : secret === application.clientSecret
    if (form.get('grant_type') !== 'client_credentials' || !known || !proven) throw invalidClient()
    return granted()
  }

  function granted() {
    const { token, expiresInSeconds } = credentials.issue()
    const times = { expires_in: expiresInSeconds, ext_expires_in: expiresInSeconds }
    return { status: 200, body: { token_type: 'Bearer', access_token: token, ...times } }
  }

  return [
    {
      id: 'Token_Discovery',
      method: 'GET',
      path: '/:tenant/v2.0/.well-known/openid-configuration',
      handle: ({ params }) => ({ status: 200, body: discovery(`${url()}/${params['tenant']}`) }),
    },
    { id: 'Token_ByApplication', method: 'POST', path: '/:tenant/oauth2/v2.0/token', handle: byApplication },
    {
      id: 'Token_ByManagedIdentity',
      method: 'GET',
      path: '/metadata/identity/oauth2/token',
      handle({ headers }) {
        if (headers['metadata'] !== 'true')
          throw new Refusal(400, 'bad_request', 'Required metadata header not specified')
        const { body, status } = granted()
        return {
          status,
          body: { ...body, expires_in: String(body.expires_in), resource: 'https://management.azure.com' },
        }
      },
    },
  ]
}

function discovery(tenant: string): object {
  return {
    issuer: `${tenant}/v2.0`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
  }
}

function invalidClient(): Refusal {
  const words = 'AADSTS7000215: Invalid client secret provided.'
  const refusal = new Refusal(401, 'invalid_client', words)
  return Object.assign(refusal, {
    answer: { status: 401, body: { error: 'invalid_client', error_description: words, error_codes: [7_000_215] } },
  })
}
