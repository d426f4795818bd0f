#!/usr/bin/env node
import './node-version.js'
import { existsSync } from 'node:fs'

// A checkout runs its sources as they are; the package has only what the build made of them.
const source = new URL('../src/main.ts', import.meta.url)
const built = new URL('../dist/main.js', import.meta.url)

await import(existsSync(source) ? source.href : built.href)
