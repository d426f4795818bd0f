import { useState } from 'preact/hooks'
import { useConsole } from '../data/console.ts'
import { Icon } from './icon.tsx'

/** An id that a click puts on the clipboard. */
export function Copy({ text, what = 'id' }: { readonly text: string; readonly what?: string }) {
  const { speak, clock } = useConsole()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      return speak('The browser allows no copying here.')
    }
    speak(`Copied the ${what}.`)
    setCopied(true)
    clock.timer(1500, () => setCopied(false))
  }
  return (
    <button type="button" class="copy" title={`Copy the ${what}`} onClick={() => void copy()}>
      {text} <Icon name={copied ? 'copied' : 'copy'} size={13} />
    </button>
  )
}
