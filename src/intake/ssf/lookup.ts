/** What other vendors have reported about a user, for guards: it came before the case, or names the user by mail address. */
import { isRecord, said } from '../../domain/json.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import type { DecidingQuery } from '../../domain/store.ts'
import { DAY_MS, plus, readInstant } from '../../domain/time.ts'
import type { Instant, Signal } from '../../domain/vocabulary.ts'
import { eventFacts, eventTypeOf } from '../classify/event-facts.ts'
import { signalKey } from './event.ts'

/** No guard looks back further, and bodies are kept for this long by default. */
const LOOK_BACK_MS = 30 * DAY_MS

/** What to ask the store about somebody with these identifiers. */
export function signalQuery(identifiers: readonly string[], now: Instant): DecidingQuery['shared'] {
  return { keys: identifiers.map(signalKey), since: plus(now, -LOOK_BACK_MS) }
}

/** The signals about them among the events that the store found. */
export function signalsAbout(identifiers: readonly string[], events: readonly unknown[]): readonly Signal[] {
  const named = new Set(identifiers.map((identifier) => identifier.toLowerCase()))
  return events.flatMap((event) => signalOf(event, named) ?? [])
}

/** Null for good news, and for what no longer names the user because the user's data were erased. */
function signalOf(raw: unknown, named: ReadonlySet<string>): Signal | null {
  if (!isRecord(raw)) return null
  const [uuid, eventType, at] = [said(raw.uuid), eventTypeOf(raw), readInstant(raw.published)]
  if (uuid === null || eventType === null || at === null || sharedSignalKind(eventType) === null) return null
  const facts = eventFacts({ uuid, source: 'ssf', raw, publishedAt: at, receivedAt: at, sentAt: null }, raw, eventType)
  const { id, login } = facts.subject
  return named.has((id ?? login ?? '').toLowerCase()) ? { ...facts, kind: 'signal' } : null
}
