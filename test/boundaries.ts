/** `npm run boundaries`: who imports whom, and words that have one place only. Fails on any crossing. */
import { globSync, readFileSync } from 'node:fs'
import { survey } from './boundaries/cruise.ts'
import { rooms } from './boundaries/rooms.ts'
import { misplacedWords } from './boundaries/words.ts'

const { files, imports, crossings, unseen, homeless } = await survey(process.cwd(), rooms)
const misplaced = globSync('src/**/*.{ts,tsx}').flatMap((file) => misplacedWords(file, readFileSync(file, 'utf8')))

const problems = [
  ...crossings.map(({ rule, from, to }) => `${from} → ${to}  (${rule})`),
  ...unseen.map((file) => `${file}: not seen by the cruise`),
  ...homeless.map((file) => `${file}: in no room of the table`),
  ...misplaced.map(({ file, line, word, instead }) => `${file}:${line}: ${word}; use ${instead}`),
]

for (const problem of problems) console.error(problem)
console.log(`boundaries: ${files} files and ${imports} imports cruised, ${problems.length} problems`)
// A cruise that saw nothing proves nothing.
process.exitCode = files > 0 && imports > 0 && problems.length === 0 ? 0 : 1
