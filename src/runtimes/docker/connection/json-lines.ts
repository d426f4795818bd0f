import { Transient } from '../../../domain/errors.ts'

/** The engine's streams of JSON objects, one a line. Throws Transient when a line is none: the stream is of no use then. */
export async function* jsonLines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<Record<string, unknown>> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of stream) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line.trim()) yield parse(line)
  }
  if (rest.trim()) yield parse(rest)
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (error) {
    throw new Transient(`the engine sent a line that is no JSON: ${line.slice(0, 200)}`, { cause: error })
  }
  throw new Transient(`the engine sent a line that is no object: ${line.slice(0, 200)}`)
}
