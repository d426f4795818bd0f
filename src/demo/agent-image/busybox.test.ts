import { expect, test } from 'vitest'
import { describeBinary } from './busybox.ts'

/** The head of a 64-bit ELF file with program headers of these kinds. */
function elf(machine: number, kinds: readonly number[]): Buffer {
  const file = Buffer.alloc(64 + 56 * kinds.length)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(machine, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(kinds.length, 56)
  for (const [index, kind] of kinds.entries()) file.writeUInt32LE(kind, 64 + 56 * index)
  return file
}

test.each([
  ['static', elf(0x3e, [1, 1]), { architecture: 'amd64', isStatic: true }],
  ['dynamic', elf(0x3e, [1, 3]), { architecture: 'amd64', isStatic: false }],
  ['for arm64', elf(0xb7, [1]), { architecture: 'arm64', isStatic: true }],
  ['of an unknown machine', elf(0xf3, [1]), { architecture: undefined, isStatic: true }],
  ['a script', Buffer.from('#!/bin/sh\n'.padEnd(80)), undefined],
])('a binary that is %s', (_, file, expected) => {
  expect(describeBinary(file)).toEqual(expected)
})
