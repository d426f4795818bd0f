import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** A part of a page with its heading, a landmark by it. */
export function Panel({
  title,
  aside,
  children,
  bare = false,
  class: kind = '',
}: {
  readonly title: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
  /** No space around what is inside: tables go to the edge. */
  readonly bare?: boolean
  readonly class?: string
}) {
  const id = useId()
  return (
    <section class={`panel ${kind}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {bare ? children : <div class="inside">{children}</div>}
    </section>
  )
}

/** Names and what they are, one below the other. What has no value is left out. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(([name, value]) => (
          <FactPair key={name} name={name} value={value} />
        ))}
    </dl>
  )
}

function FactPair({ name, value }: { readonly name: string; readonly value: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
