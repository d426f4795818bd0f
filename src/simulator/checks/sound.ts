import type { Logger } from '../../domain/ports/logger.ts'
import type { Recorder } from '../world/recorder.ts'

/** The world's faults are errors of the domain; any other that is caught and logged is a mistake of ours. */
export function createSoundCheck(logger: Logger, recorder: Recorder): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn(fields, message) {
      check(fields)
      logger.warn(fields, message)
    },
    error(fields, message) {
      check(fields)
      logger.error(fields, message)
    },
    child: (fields) => createSoundCheck(logger.child(fields), recorder),
  }

  function check(fields: object): void {
    const error: unknown = 'err' in fields ? fields.err : undefined
    const mistake = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
    if (mistake) recorder.violate('sound', error.stack ?? error.message)
  }
}
