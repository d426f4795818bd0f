import Table from 'cli-table3'
import pico from 'picocolors'
import { environmentSettings } from '../../config/index.ts'
import type { Io } from '../io.ts'
import { plainJson } from './plain.ts'

export type Colors = ReturnType<typeof pico.createColors>

/** What a command shows: text and tables for people, one JSON value for programs. */
export interface Screen {
  readonly colors: Colors
  line(text?: string): void
  table(heads: readonly string[], rows: readonly (readonly Cell[])[]): void
  json(value: unknown): void
}

export type Cell = string | number | undefined

export function createScreen(io: Io): Screen {
  const colors = pico.createColors(environmentSettings(io.env).color ?? io.isTty)
  const line = (text = '') => void io.stdout.write(`${text}\n`)
  return {
    colors,
    line,
    table: (heads, rows) => {
      line(tableText(heads, rows, colors))
    },
    json: (value) => line(plainJson(value, io.isTty ? 2 : undefined)),
  }
}

/** Columns apart by two blanks, numbers to the right, no lines: easy to read and to cut. */
function tableText(heads: readonly string[], rows: readonly (readonly Cell[])[], colors: Colors): string {
  const numeric = heads.map((_head, column) => rows.length > 0 && rows.every((row) => isNumeric(row[column])))
  const table = new Table({
    head: heads.map((head) => colors.dim(head)),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
  })
  for (const row of rows) table.push(heads.map((_head, column) => row[column] ?? ''))
  return table
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n')
}

function isNumeric(cell: Cell): boolean {
  return typeof cell === 'number'
}

const LINES = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) => [
  side,
  `${side}-mid`,
  `${side}-left`,
  `${side}-right`,
])

const NO_LINES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(LINES.map((name) => [name, ''])),
  middle: '  ',
}
