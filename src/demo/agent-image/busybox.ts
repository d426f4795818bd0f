import { access, constants, readFile } from 'node:fs/promises'

const places = [
  '/bin/busybox',
  '/usr/bin/busybox',
  '/bin/busybox.static',
  '/usr/lib/busybox/busybox-static',
  '/sbin/busybox',
]

/** What ELF calls the machines that the engine calls by these names. */
const machines: Readonly<Record<number, string>> = { 0x3e: 'amd64', 0xb7: 'arm64', 0x28: 'arm', 0x03: '386' }

/** The tools that the agent and the activation of containers use. */
export const applets = (
  'sh ash [ base64 cat chmod cp cut date dd df du echo env expr false find grep head hostname id kill ln ls mkdir mktemp ' +
  'mv nc od printenv printf ps pwd rm sed seq sleep sort stat stty sync tail tee test timeout touch tr true uname wc ' +
  'wget whoami yes'
).split(' ')

/** A busybox of this machine that runs on its own, without any library, on an engine of the architecture. */
export async function findStaticBusybox(
  architecture: string,
  candidates: readonly string[] = places,
): Promise<string | undefined> {
  for (const path of candidates) {
    if (!(await isExecutable(path))) continue
    const binary = describeBinary(await readFile(path))
    if (binary?.isStatic && binary.architecture === architecture) return path
  }
  return undefined
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** Of a little-endian ELF file: its machine, and whether it asks for no interpreter. Undefined for anything else. */
export function describeBinary(file: Buffer): { architecture: string | undefined; isStatic: boolean } | undefined {
  if (file.length < 64 || file.toString('latin1', 0, 4) !== '\x7fELF' || file[5] !== 1) return undefined
  const wide = file[4] === 2
  const start = wide ? Number(file.readBigUInt64LE(32)) : file.readUInt32LE(28)
  const size = file.readUInt16LE(wide ? 54 : 42)
  const count = file.readUInt16LE(wide ? 56 : 44)
  const INTERPRETER = 3
  const kinds = Array.from({ length: count }, (_, index) => file.readUInt32LE(start + index * size))
  return { architecture: machines[file.readUInt16LE(18)], isStatic: !kinds.includes(INTERPRETER) }
}
