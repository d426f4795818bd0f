/** The organization of the demo. */
export const organization = 'acme'
export const repositories = ['web', 'api', 'mobile', 'infra', 'docs'] as const
export const labels = ['self-hosted', 'linux', 'x64'] as const
/** Of the demo that is looked at: no set of labels contains another, so that GitHub gives no agent a job of another pool. */
export const checkLabels = ['self-hosted', 'ci'] as const
export const browserLabels = ['self-hosted', 'e2e'] as const
export const deployLabels = ['self-hosted', 'deploy'] as const
