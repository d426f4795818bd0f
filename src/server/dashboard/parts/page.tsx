import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useConsole } from '../data/console.ts'

/** The heading of a view. It takes the focus when the view is come to, so that a screen reader reads where one is. */
export function PageTitle({
  title,
  tab = title,
  unseen = false,
  children,
}: {
  readonly title: string
  /** What the browser's tab says. */
  readonly tab?: string
  /** The view says by itself what it is. */
  readonly unseen?: boolean
  readonly children?: ComponentChildren
}) {
  const { arrived } = useConsole()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${tab} · Slipway`
  }, [tab])
  useEffect(() => {
    // On the first view the browser's own focus is right.
    if (arrived.current) heading.current?.focus()
    arrived.current = true
  }, [arrived])
  return (
    <div class={unseen ? 'unseen' : 'page-title'}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  )
}
