import type { Logger } from '../domain/ports/logger.ts'

/** For commands whose answer is all that they have to say. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
}
