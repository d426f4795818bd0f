const paths = {
  now: 'M3 12h4l3-8 4 16 3-8h4',
  jobs: 'M8 6h13M8 12h13M8 18h13M3 6h1M3 12h1M3 18h1',
  machines: 'M3 5h18v6H3zM3 13h18v6H3zM7 8h1M7 16h1',
  cost: 'M4 20V10M10 20V4M16 20v-8M22 20H2',
  policy: 'M4 6h16v14H4zM4 10h16M9 3v4M15 3v4M8 14h3M8 17h6',
  system: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  dark: 'M20 14A8.5 8.5 0 1 1 10 4a7 7 0 0 0 10 10z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  copied: 'M4 12.5 10 18 20 6',
} as const

/** Drawn with lines in the colour of the text; never alone without a word for it. */
export function Icon({ name, size = 20 }: { readonly name: keyof typeof paths; readonly size?: number }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
