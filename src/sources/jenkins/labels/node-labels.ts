/**
 * Labels as the text that a node's form takes. Quotes keep one with blanks or quotes whole. Several are quoted in any
 * case: Jenkins takes `linux docker` for one label by that name as soon as some job asks for that, by mistake.
 */
export function labelString(labels: readonly string[]): string {
  const plain = labels.length === 1 && !labels.some((label) => /[\s"'\\]/.test(label))
  return (plain ? labels : labels.map(quote)).join(' ')
}

function quote(label: string): string {
  return `"${label.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`
}
