import { Conflict } from '../domain/errors.ts'

const attempts = 5

/** Decides anew when somebody changed the record first; Conflict only if that happens again and again. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Conflict) || tried === attempts) throw error
    }
  }
}
