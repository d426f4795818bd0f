import { useConsole } from '../data/console.ts'
import { Icon } from '../parts/icon.tsx'
import type { ThemeChoice } from './theme.ts'

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
      <Icon name={current} />
    </button>
  )
}
