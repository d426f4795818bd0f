export type Expression =
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly given: readonly Expression[] }
  | { readonly kind: 'choice'; readonly when: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }

export interface Entry {
  readonly key: Expression
  readonly value: Expression
}

export interface Statement {
  readonly kind: 'targetScope' | 'param' | 'var' | 'resource' | 'output'
  readonly name: string
  /** Of parameters and outputs: their type; of resources: `TYPE@VERSION`. */
  readonly type: string
  readonly value?: Expression
  /** What stands above it with an `@`. */
  readonly remarks: ReadonlyMap<string, Expression | undefined>
}
