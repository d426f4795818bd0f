/** Labels as the text that a node's form takes. Quotes keep one with blanks or quotes whole. */
export function labelString(labels: readonly string[]): string {
  return labels.map((label) => (/[\s"'\\]/.test(label) ? quote(label) : label)).join(' ')
}

function quote(label: string): string {
  return `"${label.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`
}
