import { execFileSync } from 'node:child_process'
import type Docker from 'dockerode'
import { importImage } from './machine.ts'

/** This machine's iptables with all it loads, and a shell: what a helper that prepares a host needs. */
export async function importPacketFilter(docker: Docker, tag: string): Promise<string> {
  const archive = execFileSync('sh', ['-c', PACK], { maxBuffer: 2 ** 28 })
  await importImage(docker, archive, tag, [])
  return tag
}

const PACK = `set -e
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/sbin" "$root/run"
program=$(readlink -f "$(command -v iptables)")
cp "$program" "$root/sbin/iptables"
ln -s iptables "$root/sbin/ip6tables"
cp /bin/busybox "$root/bin/sh"
folder=$(dirname "$(find /usr/lib -name libxt_multiport.so | head -n 1)")
cp -r --parents "$folder" "$root"
for library in $(ldd "$program" "$folder"/*.so | grep -o '/[^ ]*\\.so[^ ]*' | sort -u)
do case $library in "$folder"/*) ;; *) cp -L --parents "$library" "$root" ;; esac; done
tar -C "$root" -c .
`
