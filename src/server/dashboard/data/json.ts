/** A type of the domain as JSON has it: whole numbers of any size are decimal digits. */
export type ToJson<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? readonly ToJson<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: ToJson<T[Key]> }
      : T
