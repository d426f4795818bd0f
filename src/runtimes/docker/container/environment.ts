import type { AgentSettings } from '../context.ts'

/** Where the bundle of trusted certificates lies in a container. */
export const CA_PATH = '/etc/slipway/ca-bundle.pem'

/** What common tools read: OpenSSL (and .NET through it), Node, curl, Git, Python. */
const CA_VARIABLES = ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'REQUESTS_CA_BUNDLE']

/** The environment that the engine may show: nothing secret. Both spellings of the proxy's, tools disagree. */
export function plainEnvironment(settings: Pick<AgentSettings, 'proxy' | 'noProxy'>, withCa: boolean): string[] {
  const env: Record<string, string> = {
    // Makes GitHub's runner tell "too old" from other ends: exit code 7.
    ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE: '1',
  }
  if (settings.proxy) {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) env[name] = env[name.toLowerCase()] = settings.proxy
    env['NO_PROXY'] = env['no_proxy'] = ['localhost', '127.0.0.1', '::1', ...settings.noProxy].join(',')
  }
  if (withCa) for (const name of CA_VARIABLES) env[name] = CA_PATH
  return Object.entries(env).map(([name, value]) => `${name}=${value}`)
}
