/** Where trouble with a scope is noted. */
export function scopeTarget(of: { readonly source: string; readonly scope: string }): string {
  return `scope:${of.source}/${of.scope}`
}
