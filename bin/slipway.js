#!/usr/bin/env -S node --optimize-for-size --max-semi-space-size=2
// The flags keep the service small: it holds little and waits much.
import './node-version.js'
import { existsSync } from 'node:fs'

// A checkout runs its sources as they are; the package has only what the build made of them.
const source = new URL('../src/main.ts', import.meta.url)
const built = new URL('../dist/main.js', import.meta.url)

await import(existsSync(source) ? source.href : built.href)
