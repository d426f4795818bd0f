/** The organization of the demo. */
export const organization = 'acme'
export const repositories = ['web', 'api', 'mobile', 'infra', 'docs'] as const
export const labels = ['self-hosted', 'linux', 'x64'] as const
