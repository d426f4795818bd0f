const MASK = '[redacted]'
/** Shorter ones would mask ordinary words. */
const LEAST = 6
const SECRET_NAME =
  /secret|password|passphrase|passwd|authorization|cookie|credential|private_?key|api_?key|token$|jit_?config|^(pat|auth|bearer|pem)$/i

/** The secret values that one log must not show, wherever they occur. */
export interface Redactor {
  /** One that is learnt later: of a reloaded configuration, a token, a registration. */
  add(secret: string): void
  /** The text with every known secret masked, also as JSON, URLs and the lines of a key show it. */
  mask(text: string): string
}

export function createRedactor(secrets: readonly string[] = []): Redactor {
  const known = new Set<string>()
  let pattern: RegExp | undefined

  function add(secret: string): void {
    for (const form of formsOf(secret)) known.add(form)
    // Longest first, so that no rest of a longer one stays.
    const forms = [...known].sort((a, b) => b.length - a.length)
    pattern = forms.length > 0 ? new RegExp(forms.map(escaped).join('|'), 'g') : undefined
  }

  for (const secret of secrets) add(secret)
  return { add, mask: (text) => (pattern ? text.replace(pattern, MASK) : text) }
}

/** A copy of log fields as plain data, errors included, in which everything with a secret's name is masked. */
export function maskFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return maskValue(fields, 0) as Record<string, unknown>
}

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > 8) return value
  if (Array.isArray(value)) return value.map((item) => maskValue(item, depth + 1))
  if (value instanceof Error) return maskValue(errorFields(value), depth)
  if (!isPlain(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isSecretName(key) && item !== undefined && item !== null ? MASK : maskValue(item, depth + 1),
    ]),
  )
}

/** What an error says of itself, with the fields that libraries hang on it. */
function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error
  const own = Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'name'))
  return Object.assign(own, { type: name, message, stack }, cause === undefined ? {} : { cause })
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

function formsOf(value: string): string[] {
  const trimmed = value.trim()
  // A key in PEM: its lines, since what prints it may break it up otherwise.
  const lines = trimmed.includes('\n') ? trimmed.split(/\r?\n/).filter((line) => !line.startsWith('-----')) : []
  return [value, trimmed, ...lines.map((line) => line.trim())]
    .flatMap((form) => [form, JSON.stringify(form).slice(1, -1), encodeURIComponent(form)])
    .filter((form) => form.length >= LEAST)
}
