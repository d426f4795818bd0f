import { useState } from 'preact/hooks'
import type { MachineView } from '../../../domain/ports/operations.ts'
import { useConsole } from '../data/console.ts'
import { ConfirmDialog, type Question } from '../parts/dialog.tsx'

type Verb = 'drain' | 'undrain' | 'delete'

/** What an admin may do to a machine; who may only read sees no buttons. */
export function MachineActions({ machine, again }: { readonly machine: MachineView; readonly again: () => void }) {
  const { session, api, speak } = useConsole()
  const [asked, setAsked] = useState<Verb>()
  const { key, state, cordon, agents } = machine
  if (!session.may('admin') || state === 'gone' || state === 'failed' || state === 'deleting') return null
  const path = `/machines/${encodeURIComponent(key)}`

  const done = (words: string) => () => {
    speak(words)
    again()
  }
  const questions: Readonly<Record<Verb, Question>> = {
    drain: {
      title: `Drain ${key}?`,
      words: `It gets no new agents. ${agents > 0 ? 'What runs on it goes on to its end.' : 'Nothing runs on it.'}`,
      reason: 'Why? The journal and explanations will say so.',
      verb: 'Drain',
      act: (reason) => api.send('POST', `${path}/drain`, { reason }).then(done(`${key} takes no new agents now.`)),
    },
    undrain: {
      title: `Use ${key} again?`,
      words: `It is cordoned: ${cordon?.reason ?? ''}. From now on it gets new agents again.`,
      verb: 'Use it again',
      act: () => api.send('POST', `${path}/undrain`).then(done(`${key} takes agents again.`)),
    },
    delete: {
      title: `Delete ${key}?`,
      words: `It gets no new agents, and is deleted once it is empty. ${agents > 0 ? 'What runs on it goes on to its end.' : ''}`,
      verb: 'Delete it',
      danger: true,
      act: () => api.send('DELETE', path).then(done(`${key} is deleted once it is empty.`)),
    },
  }
  return (
    <div class="end">
      {cordon ? (
        <button type="button" class="button" onClick={() => setAsked('undrain')}>
          Use again…
        </button>
      ) : (
        <button type="button" class="button" onClick={() => setAsked('drain')}>
          Drain…
        </button>
      )}
      {machine.made && (
        <button type="button" class="button danger" onClick={() => setAsked('delete')}>
          Delete…
        </button>
      )}
      {asked !== undefined && <ConfirmDialog question={questions[asked]} onClose={() => setAsked(undefined)} />}
    </div>
  )
}
