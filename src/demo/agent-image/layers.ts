import { pack, type Header, type Pack } from 'tar-stream'
import { applets } from './busybox.ts'

const AGENT = '/usr/local/bin/slipway-demo-agent'

/** What the image is built on: an image by its reference, or a static busybox. */
export type Ground = { readonly image: string } | { readonly busybox: Buffer }

/** What `docker build` is given: a Dockerfile and the file that it names, as a tar. */
export async function buildContext(ground: Ground, script: string): Promise<Buffer> {
  const dockerfile = [
    ...('image' in ground ? [`FROM ${ground.image}`, `COPY agent ${AGENT}`] : ['FROM scratch', 'ADD files.tar /']),
    'LABEL slipway.hook=1',
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp',
    'WORKDIR /tmp',
    'USER 1001:1001',
    'ENTRYPOINT []',
    `CMD ["${AGENT}"]`,
  ]
  const files = 'image' in ground ? undefined : await rootFiles(ground.busybox, script)
  const context = pack()
  context.entry({ name: 'Dockerfile' }, `${dockerfile.join('\n')}\n`)
  if (files) context.entry({ name: 'files.tar' }, files)
  else context.entry({ name: 'agent', mode: 0o755 }, script)
  return finish(context)
}

/** A whole small system as a tar: busybox under the names of its tools, a user, room for temporary files, the agent. */
export function rootFiles(busybox: Buffer, script: string): Promise<Buffer> {
  const files = pack()
  function add(header: Partial<Header> & { name: string }, content: string | Buffer = ''): void {
    files.entry({ mode: 0o755, ...header }, content)
  }
  for (const name of ['bin', 'etc', 'home', 'usr', 'usr/bin', 'usr/local', 'usr/local/bin', 'var']) {
    add({ name, type: 'directory' })
  }
  add({ name: 'home/runner', type: 'directory', uid: 1001, gid: 1001 })
  add({ name: 'tmp', type: 'directory', mode: 0o1777 })
  add({ name: 'etc/passwd', mode: 0o644 }, 'root:x:0:0::/root:/bin/sh\nrunner:x:1001:1001::/home/runner:/bin/sh\n')
  add({ name: 'etc/group', mode: 0o644 }, 'root:x:0:\nrunner:x:1001:\n')
  add({ name: 'bin/busybox' }, busybox)
  for (const name of applets) add({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' })
  add({ name: AGENT.slice(1) }, script)
  return finish(files)
}

async function finish(archive: Pack): Promise<Buffer> {
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}
