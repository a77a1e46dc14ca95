/** `REENROLL_TICKET_SECRETS`: the credentials of the ticket systems that the policy names. */
import type { SettingsSource } from './settings-values.ts'

/** Secrets by name; none when not set, null when wrong. The value is never shown. */
export function readTicketSecrets(source: SettingsSource): Readonly<Record<string, string>> | null {
  const text = source.get('REENROLL_TICKET_SECRETS')
  if (text === null) return {}
  const entries = entriesOf(text)
  if (entries === null) {
    source.fault('REENROLL_TICKET_SECRETS is no JSON object of texts. Write {"name of the target": "its secret", …}.')
    return null
  }
  const empty = entries.filter(([, secret]) => secret.trim() === '').map(([name]) => name)
  if (empty.length > 0) source.fault(`REENROLL_TICKET_SECRETS has an empty secret for ${empty.join(', ')}.`)
  return empty.length > 0 ? null : Object.fromEntries(entries)
}

function entriesOf(text: string): readonly (readonly [string, string])[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
    const entries = Object.entries(parsed)
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : null
  } catch {
    return null
  }
}
