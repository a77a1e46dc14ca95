/** Looks settings up: defaults, secrets from files, and one list of faults that all readers add to. */
import { readFileSync } from 'node:fs'
import { SETTINGS, type Setting, type SettingName } from './table.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** One reading of the environment. `fault` and `warn` take whole sentences and never a secret. */
export interface SettingsSource {
  /** The value, trimmed; an empty one counts as not set. The default when not set; null when there is none. */
  get(name: SettingName): string | null
  /** The setting or its `_FILE` variant is set, rightly or wrongly. */
  isSet(name: SettingName): boolean
  fault(sentence: string): void
  warn(sentence: string): void
  readonly faults: readonly string[]
  readonly warnings: readonly string[]
}

export type ReadText = (path: string) => string

const readTextFile: ReadText = (path) => readFileSync(path, 'utf8')

/** Starts a reading. Files named by `*_FILE` are read once, with `readText`. */
export function settingsSource(env: Env, readText: ReadText = readTextFile): SettingsSource {
  const faults: string[] = []
  const warnings: string[] = []
  const values = new Map<string, string | null>()

  const isSet = (name: SettingName) => filled(env[name]) !== null || filled(env[`${name}_FILE`]) !== null

  function look(setting: Setting): string | null {
    const direct = filled(env[setting.name])
    const path = setting.secret ? filled(env[`${setting.name}_FILE`]) : null
    if (path === null) return direct ?? setting.default
    if (direct !== null) {
      faults.push(`${setting.name} and ${setting.name}_FILE are both set. Keep one of them.`)
      return null
    }
    try {
      const text = filled(readText(path))
      if (text === null) faults.push(`${setting.name}_FILE names an empty file (${path}). Write the value into it.`)
      return text
    } catch (error) {
      faults.push(`${setting.name}_FILE names a file that cannot be read (${path}: ${codeOf(error)}).`)
      return null
    }
  }

  for (const setting of SETTINGS) values.set(setting.name, look(setting))
  return {
    get: (name) => values.get(name) ?? null,
    isSet,
    fault: (sentence) => faults.push(sentence),
    warn: (sentence) => warnings.push(sentence),
    faults,
    warnings
  }
}

function filled(value: string | undefined): string | null {
  const text = value?.trim()
  return text ? text : null
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
