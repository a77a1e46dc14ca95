/** One setting as a row of the table, the kinds of text that rows hold, and how the environment is read by them. */
import { readFileSync } from 'node:fs'

/** Without the quotes around values, which `docker run --env-file` takes as part of them and other readers of `.env` do not. */
export function withoutQuotes(env: Env): Env {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, /^\s*(["'])(.*)\1\s*$/s.exec(value ?? '')?.[2] ?? value])
  )
}

/** What is wrong with a text: `what is wrong; what to do`, without a full stop and without a secret. Null when nothing is. */
export type TextCheck = (text: string) => string | null

export interface Setting {
  readonly name: string
  /** Used when the setting is not set. */
  readonly default?: string
  /** `required`, or the condition under which it is needed. Left out: optional. */
  readonly needed?: string
  /** One or two sentences for the documentation and `.env.example`. */
  readonly meaning: string
  /** Never printed, and readable from a file: `NAME_FILE` holds the path (for mounted secrets). */
  readonly secret?: true
  /** A value to start from in `.env.example`, when it is not the default. */
  readonly example?: string
  /** Any text will do when left out. */
  readonly check?: TextCheck
  /** What to do when a required setting is missing. */
  readonly whenMissing?: string
}

/** Hook secrets and the ops token are bearer secrets; shorter ones can be guessed. In characters. */
export const MIN_SECRET_LENGTH = 24
/** A key of 32 random bytes, as hex or base64. In characters. */
const MIN_KEY_LENGTH = 32

/** A text of this form. `otherwise` completes the sentence "… is not". */
export function textLike(pattern: RegExp, otherwise: string): TextCheck {
  return (text) => (pattern.test(text) ? null : `${text} is not ${otherwise}`)
}

/** One of some words. */
export function choiceOf(words: readonly string[]): TextCheck {
  return (text) => (words.includes(text) ? null : `${text} is not one of ${words.join(', ')}`)
}

/** A whole number. */
export function numberText(least: number, most: number, what: string): TextCheck {
  return (text) =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? null : `${text} is not ${what}`
}

/** A web address alone; HTTPS, except for loopback addresses. */
export const webAddress: TextCheck = (text) => {
  if (!URL.canParse(text)) return `${text} is not a web address; write one such as https://reenroll.example.com`
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'the address must begin with https://; http:// is for loopback addresses only'
  }
  return url.username || url.password || url.search || url.hash
    ? 'the address has a user, a query or a fragment; write the address alone'
    : null
}

/** A bearer secret that cannot be guessed. */
export const bearerSecret: TextCheck = (text) => secretProblem(text, 'it')

/** What is wrong with a bearer secret, without showing it; `which` names it. */
export function secretProblem(text: string, which: string): string | null {
  if (text === '') return `${which} is empty; remove the extra comma`
  if (!/^[\x20-\x7e]+$/.test(text)) {
    return `${which} has characters that an HTTP header cannot carry; use letters and digits`
  }
  if (text.length < MIN_SECRET_LENGTH) {
    return `${which} is ${text.length} characters long; at least ${MIN_SECRET_LENGTH} are required (openssl rand -hex 32)`
  }
  return guessable(text, which)
}

/** A placeholder, a few characters or a short text repeated. */
function guessable(text: string, which: string): string | null {
  const isPlaceholder =
    /change[-_ ]?(me|this)|placeholder|your[-_ ]?(secret|token|key)|example|password|^0123456789/i.test(text)
  const isMonotonous = new Set(text).size < 6 || /^(.{1,12}?)\1+.{0,11}$/.test(text)
  return isPlaceholder || isMonotonous
    ? `${which} is a placeholder that can be guessed; make one with openssl rand -hex 32`
    : null
}

/** A key for encryption or hashing. */
export const longKey: TextCheck = (text) =>
  text.length >= MIN_KEY_LENGTH
    ? guessable(text, 'it')
    : `it is ${text.length} characters long; at least ${MIN_KEY_LENGTH} are required (openssl rand -hex 32)`

/** Whether the name or address can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}

/** What `isProxyAddress` wants. */
export const A_PROXY_WITH_LOGIN = 'the address of a proxy, such as http://user:password@proxy.example.com:3128'

/** A proxy as Node's HTTP client takes it, perhaps with a login. */
export function isProxyAddress(text: string): boolean {
  const url = URL.parse(text)
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.pathname === '/' && !url.search && !url.hash
}

export type Env = Readonly<Record<string, string | undefined>>
export type ReadText = (path: string) => string

/** One reading of the environment. Sections build their settings from it and add errors; one error voids all of them. */
export interface SettingsSource {
  /** The value, trimmed, or the default; an empty text when there is none or it is wrong. */
  text(name: string): string
  /** The same, but null. An empty value counts as not set. */
  get(name: string): string | null
  /** The setting or its `_FILE` variant is set, rightly or wrongly. */
  isSet(name: string): boolean
  /** `what is wrong; what to do`, without a full stop and never with a secret. */
  error(name: string, what: string): void
  /** The same, for what is likely not meant. */
  warn(name: string, what: string): void
  /** Whole sentences in the order of the rows. */
  errors(): readonly string[]
  warnings(): readonly string[]
}

interface Remark {
  readonly name: string
  readonly what: string
}

/** Reads the rows' values and checks each against its row. Files named by `*_FILE` are read once. */
export function readRows(
  rows: readonly Setting[],
  env: Env,
  readText: ReadText = (path) => readFileSync(path, 'utf8')
): SettingsSource {
  const errors: Remark[] = []
  const warnings: Remark[] = []
  const error = (name: string, what: string) => void errors.push({ name, what })
  const isSet = (name: string) => filled(env[name]) !== null || filled(env[`${name}_FILE`]) !== null
  const values = new Map(rows.map((row) => [row.name, checked(row, given(row, env, readText, error), error)]))
  for (const { name, needed, whenMissing } of rows) {
    if (needed === 'required' && !isSet(name)) error(name, `not set; ${whenMissing}`)
  }
  const get = (name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`${name} is not a setting of this reading`)
    return value
  }
  const order = rows.map(({ name }) => name)
  const sentences = (remarks: readonly Remark[]) =>
    remarks
      .toSorted((a, b) => order.indexOf(settingOf(a.name)) - order.indexOf(settingOf(b.name)))
      .map(({ name, what }) => `${name}: ${what}.`)
  return {
    get,
    text: (name) => get(name) ?? '',
    isSet,
    error,
    warn: (name, what) => void warnings.push({ name, what }),
    errors: () => sentences(errors),
    warnings: () => sentences(warnings)
  }
}

/** The value as it was given; null when there is none. */
function given(row: Setting, env: Env, readText: ReadText, error: SettingsSource['error']): string | null {
  const direct = filled(env[row.name])
  const file = `${row.name}_FILE`
  const path = row.secret ? filled(env[file]) : null
  if (path === null) return direct ?? row.default ?? null
  if (direct !== null) {
    error(row.name, `${row.name} and ${file} are both set; keep one of them`)
    return null
  }
  try {
    const text = filled(readText(path))
    if (text === null) error(file, `the file ${path} is empty; write the value into it`)
    return text
  } catch (cause) {
    error(file, `the file ${path} cannot be read (${codeOf(cause)}); check the path and its permissions`)
    return null
  }
}

/** The value when it fits its row; otherwise null, and the error. */
function checked({ name, check }: Setting, value: string | null, error: SettingsSource['error']): string | null {
  const problem = value === null ? null : (check?.(value) ?? null)
  if (problem === null) return value
  error(name, problem)
  return null
}

function settingOf(name: string): string {
  return name.replace(/_FILE$/, '')
}

function filled(value: string | undefined): string | null {
  return value?.trim() || null
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
