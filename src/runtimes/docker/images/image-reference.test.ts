import { expect, it } from 'vitest'
import { Refused } from '../../../domain/errors.ts'
import { parseReference } from './image-reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

it.each([
  ['docker', { host: 'docker.io', repository: 'docker', tag: 'latest' }],
  ['docker:dind', { host: 'docker.io', repository: 'docker', tag: 'dind' }],
  ['acme/tool', { host: 'docker.io', repository: 'acme/tool', tag: 'latest' }],
  ['localhost/tool:1', { host: 'localhost', repository: 'localhost/tool', tag: '1' }],
  ['r.example.com/a/b:2', { host: 'r.example.com', repository: 'r.example.com/a/b', tag: '2' }],
  ['r.example.com:5000/a', { host: 'r.example.com:5000', repository: 'r.example.com:5000/a', tag: 'latest' }],
  [`r.example.com/a@${digest}`, { host: 'r.example.com', repository: 'r.example.com/a', tag: digest }],
  [`r.example.com/a:1@${digest}`, { host: 'r.example.com', repository: 'r.example.com/a', tag: digest }],
])('%s', (image, reference) => {
  expect(parseReference(image)).toEqual(reference)
})

it.each(['', 'a b', 'a?tag=x', 'a:'])('refuses %j', (image) => {
  expect(() => parseReference(image)).toThrow(Refused)
})
