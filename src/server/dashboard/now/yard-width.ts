import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** How wide the element is, whenever that changes. */
export function useWidth<E extends HTMLElement>(before: number) {
  const element = useRef<E>(null)
  const [width, setWidth] = useState(before)
  useLayoutEffect(() => {
    const measured = element.current
    if (!measured) return undefined
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)))
    observer.observe(measured)
    setWidth(measured.clientWidth)
    return () => observer.disconnect()
  }, [])
  return { element, width }
}
