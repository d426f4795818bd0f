/** Words that have one place only and that the linter has no rule for. */
export interface Restriction {
  readonly pattern: RegExp
  /** Files that it holds for. */
  readonly files: RegExp
  readonly instead: string
}

export const restrictions: readonly Restriction[] = [
  { pattern: /new Date\(\s*\)/, files: /^(src|test)\//, instead: "a Clock's wall()" },
  {
    pattern: /Math\.random|randomBytes|randomUUID|randomInt/,
    files: /^src\/(domain|planner)\//,
    instead: 'a parameter',
  },
  { pattern: /process\.(env|argv|cwd)/, files: /^src\/(domain|planner|reconciler)\//, instead: 'a parameter' },
]

export interface Misplaced {
  readonly file: string
  readonly line: number
  readonly word: string
  readonly instead: string
}

export function misplacedWords(file: string, text: string): Misplaced[] {
  const holding = restrictions.filter((restriction) => restriction.files.test(file))
  return text.split('\n').flatMap((line, index) =>
    holding.flatMap(({ pattern, instead }) => {
      const word = pattern.exec(line)?.[0]
      return word === undefined ? [] : [{ file, line: index + 1, word, instead }]
    }),
  )
}
