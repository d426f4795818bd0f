import { gzipSync } from 'node:zlib'

const PATH = '/var/lib/slipway/bootstrap.sh'

/** The script as cloud-init's configuration: written once, run at the machine's first boot. */
export function cloudInitOf(script: string): string {
  return `#cloud-config
write_files:
  - path: ${PATH}
    owner: root:root
    permissions: '0700'
    encoding: gz+b64
    content: ${gzipSync(script, { level: 9 }).toString('base64')}
runcmd:
  - [sh, ${PATH}]
`
}
