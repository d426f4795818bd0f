import type { ComponentChildren } from 'preact'
import type { Loaded } from '../data/use-load.ts'

/** Nothing to show, and what to do about it. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children}
    </div>
  )
}

export function Failure({ words, again }: { readonly words: string; readonly again?: () => void }) {
  return (
    <div class="failure" role="alert">
      <span>{words}</span>
      {again && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

/** What was asked for, or that it is on its way, or why it isn't there. Old answers stay with the error above them. */
export function Answer<T>({
  of,
  what,
  children,
}: {
  readonly of: Loaded<T>
  readonly what: string
  readonly children: (data: T) => ComponentChildren
}) {
  if (of.data === undefined && of.error !== undefined)
    return <Failure words={`${what}: ${of.error}`} again={of.again} />
  if (of.data === undefined) return <p class="empty">Reading {what}…</p>
  return (
    <>
      {of.error !== undefined && <Failure words={`${what} may be out of date: ${of.error}`} again={of.again} />}
      {children(of.data)}
    </>
  )
}
