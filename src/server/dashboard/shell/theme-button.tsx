import { useConsole } from '../data/console.ts'
import type { Theme, ThemeChoice } from './theme.ts'

const signs: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' }

export function ThemeButton({ theme }: { readonly theme: ThemeChoice }) {
  const { speak } = useConsole()
  const current = theme.theme.value
  const turn = (): void => {
    theme.turn()
    speak(`Theme: ${theme.theme.value}`)
  }
  return (
    <button
      type="button"
      class="button bare theme"
      onClick={turn}
      aria-label={`Theme: ${current}`}
      title={`Theme: ${current}`}
    >
      <span aria-hidden="true">{signs[current]}</span>
    </button>
  )
}
