import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { messageOf } from '../data/api.ts'

export interface Question {
  readonly title: string
  readonly words: string
  /** Asked for, and handed to `act`. */
  readonly reason?: string
  readonly verb: string
  readonly danger?: boolean
  act(reason: string): Promise<void>
}

/** Asks before something is done; what went wrong is told in it. */
export function ConfirmDialog({ question, onClose }: { readonly question: Question; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const id = useId()

  useLayoutEffect(() => dialog.current?.showModal(), [])

  /** Told at once: the browser's own `close` comes later, and would end a dialog that was asked for in between. */
  const close = (): void => {
    dialog.current?.close()
    onClose()
  }
  const act = async (event: Event): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    try {
      await question.act(reason.trim())
      close()
    } catch (problem) {
      setError(messageOf(problem))
      setBusy(false)
    }
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-words`}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClose={() => dialog.current && onClose()}
    >
      <form onSubmit={(event) => void act(event)}>
        <h2 id={`${id}-title`}>{question.title}</h2>
        <p id={`${id}-words`}>{question.words}</p>
        {question.reason !== undefined && (
          <label class="field">
            <span>{question.reason}</span>
            <textarea
              required
              rows={2}
              maxLength={500}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        )}
        {error !== undefined && (
          <p class="failure" role="alert">
            {error}
          </p>
        )}
        <div class="buttons">
          <button type="button" class="button" onClick={close}>
            Leave it
          </button>
          <button type="submit" class={question.danger ? 'button danger' : 'button main'} disabled={busy}>
            {question.verb}
          </button>
        </div>
      </form>
    </dialog>
  )
}
