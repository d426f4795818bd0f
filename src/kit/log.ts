import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { createRedactor, maskFields, type Redactor } from './redact.ts'

export interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** For people at a terminal; else one JSON object a line. */
  readonly pretty: boolean
  /** Colours of the pretty form; on unless said. */
  readonly color?: boolean
  /** Standard output unless given. */
  readonly destination?: { write(text: string): void }
  /** Masks known secrets in every line; share it to add more later. */
  readonly redactor?: Redactor
}

/** What the domain calls a Logger. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/** Fields with a secret's name are masked, and the redactor's secrets wherever they stand, errors included. */
export function createLogger({
  level,
  pretty,
  color = true,
  destination,
  redactor = createRedactor(),
}: LogOptions): Log {
  // Synchronous: what was logged is written when the process is killed.
  const output = destination ?? pino.destination({ fd: 1, sync: true })
  const readable = prettyFactory({ colorize: color, ignore: 'pid,hostname' })
  const stream: DestinationStream = {
    write: (line: string) => {
      const masked = redactor.mask(line)
      output.write(pretty ? readable(masked) : masked)
    },
  }
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: maskFields },
    // Errors are plain data by then.
    serializers: { err: (error: unknown) => error },
  }
  return maskingChildren(pino(options, stream))
}

/** What children carry passes no formatter. */
function maskingChildren(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => maskingChildren(logger.child(maskFields({ ...fields }))),
  }
}
