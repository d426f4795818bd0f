import { z } from 'zod'
import { duration, name, secret } from '../../kit/schema.ts'

const URL_HELP = "expected the controller's address, for example 'https://ci.example.com/jenkins'"
const HOOK_HELP = 'expected 16 letters, digits, hyphens or underscores or more, for example from `openssl rand -hex 20`'

/** With the slash at its end, as the controller itself writes it. */
function address(help: string) {
  return z
    .url({ protocol: /^https?$/, error: help })
    .refine((url) => new URL(url).username === '' && new URL(url).search === '', { error: help })
    .transform((url) => (url.endsWith('/') ? url : `${url}/`))
}

function interval() {
  return duration().refine((ms) => ms >= 1000 && ms <= 600_000, { error: 'expected 1s to 10m' })
}

/** What Jenkins and Hudson share. */
const controller = {
  name: name().describe('Name of the source; its hook is `/hooks/KIND/NAME`.'),
  url: address(URL_HELP).describe('Address of the controller, as its own settings have it.'),
  agentUrl: address(URL_HELP).optional().describe('The address by which agents reach it, where that differs.'),
  user: z.string().min(1).max(200).describe('The user that Slipway asks as.'),
  interval: interval().prefault('5s').describe('Between two readings of queue and nodes; 1s while an agent is idle.'),
  hookSecret: z
    .string({ error: HOOK_HELP })
    .regex(/^[\w-]{16,128}$/, { error: HOOK_HELP })
    .meta({ writeOnly: true })
    .optional()
    .describe('Opens the hook by which the controller may say that something is new. Absent: no hook.'),
  workDir: z
    .string()
    .startsWith('/', { error: "expected a path, for example '/home/jenkins/agent'" })
    .prefault('/home/jenkins/agent')
    .describe('Where agents work in their containers.'),
  forks: z
    .array(z.string().min(1))
    .default([])
    .describe('Jobs whose code comes from forks, by full name with `*`: `team/app/PR-*`. All others count as trusted.'),
}

/** One Jenkins controller. Secrets are resolved before parsing. */
export const jenkinsSourceSchema = z
  .strictObject({
    kind: z.literal('jenkins').describe('A Jenkins controller, 2.300 or later'),
    ...controller,
    token: secret().optional().describe('API token of the user.'),
    password: secret().optional().describe('Its password, where tokens are not to be had: crumbs are used.'),
    connect: z
      .enum(['websocket', 'tcp'])
      .default('websocket')
      .describe('How agents connect: through the address of the controller, or through its TCP port for agents.'),
    tunnel: z
      .string()
      .regex(/^[^:\s]*:\d*$/, { error: "expected HOST:PORT, for example 'ci.example.com:50000'" })
      .optional()
      .describe('With `tcp`: where agents connect in place of what the controller tells them.'),
  })
  .check(({ value, issues }) => {
    const given = [value.token, value.password].filter((each) => each !== undefined).length
    if (given !== 1)
      issues.push({ code: 'custom', message: 'give either `token` or `password`', path: ['token'], input: value })
    if (value.tunnel !== undefined && value.connect !== 'tcp')
      issues.push({ code: 'custom', message: 'needs `connect: tcp`', path: ['tunnel'], input: value.tunnel })
  })

/** One Hudson 2.x controller. */
export const hudsonSourceSchema = z.strictObject({
  kind: z.literal('hudson').describe('A Hudson 2.x controller'),
  ...controller,
  password: secret().describe('Password of the user; Hudson has no API tokens.'),
  tunnel: z
    .string()
    .regex(/^[^:\s]*:\d*$/, { error: "expected HOST:PORT, for example 'ci.example.com:50000'" })
    .optional()
    .describe('Where agents connect in place of what the controller tells them.'),
})

export type JenkinsSourceConfig = z.output<typeof jenkinsSourceSchema>
export type HudsonSourceConfig = z.output<typeof hudsonSourceSchema>
