import { expect, test } from 'vitest'
import { webAddress } from './job-words.ts'

test.each([
  ['https://github.com/acme/a/actions/runs/1', true],
  ['HTTP://ci.example.com/job/1/', true],
  ['javascript:alert(1)', false],
  [' https://leading.example.com', false],
  ['data:text/html,x', false],
  [undefined, false],
])('%s leads to a page: %s', (url, leads) => {
  expect(webAddress(url)).toBe(leads ? url : undefined)
})
