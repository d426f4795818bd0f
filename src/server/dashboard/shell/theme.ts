import { signal, type ReadonlySignal } from '@preact/signals'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface ThemeChoice {
  readonly theme: ReadonlySignal<Theme>
  /** The next one, round and round. */
  turn(): void
}

const KEY = 'slipway-theme'

/** What the person chose, kept by the browser; else what the system says. */
export function createTheme(root: HTMLElement, kept: Pick<Storage, 'getItem' | 'setItem'>): ThemeChoice {
  const before = kept.getItem(KEY)
  const theme = signal<Theme>(themes.find((one) => one === before) ?? 'system')
  const apply = (): void => {
    if (theme.value === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = theme.value
  }
  apply()
  return {
    theme,
    turn() {
      theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system'
      kept.setItem(KEY, theme.value)
      apply()
    },
  }
}
