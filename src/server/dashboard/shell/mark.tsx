/** A hull on its slipway. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg class="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="7" class="mark-sea" />
      <path d="M4 25 28 19v4L4 29z" class="mark-way" />
      <path d="M7 14h17l-2.6 5.2L9 22.3z" class="mark-hull" />
      <path d="M12 8h6v4.6h-6z" class="mark-load" />
    </svg>
  )
}
