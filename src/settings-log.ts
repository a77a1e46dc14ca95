/** `REENROLL_LOG_USER_KEY`: under which names users may stand in logs and traces. */
import type { SettingsSource } from './settings-values.ts'

/** A key of 32 random bytes, as hex or base64. In characters. */
const MIN_KEY_LENGTH = 32

/** Null inside: users are left out. Null itself: the key is too short. */
export function readLogUserKey(source: SettingsSource): { readonly logUserKey: string | null } | null {
  const logUserKey = source.get('REENROLL_LOG_USER_KEY')
  if (logUserKey === null || logUserKey.length >= MIN_KEY_LENGTH) return { logUserKey }
  source.fault(
    `REENROLL_LOG_USER_KEY has ${logUserKey.length} characters, so user ids could be guessed back. Make one of at least ${MIN_KEY_LENGTH}: openssl rand -hex 32.`
  )
  return null
}
