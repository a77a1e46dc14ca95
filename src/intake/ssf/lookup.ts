/** What other vendors have reported about a user, for guards: it came before the case, or names the user by mail address. */
import { isRecord, said } from '../../domain/json.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import type { Store } from '../../domain/store.ts'
import { DAY_MS, plus, readInstant } from '../../domain/time.ts'
import type { Clock, Signal } from '../../domain/vocabulary.ts'
import { eventFacts, eventTypeOf } from '../classify/event-facts.ts'
import { signalKey } from './event.ts'

/** No guard looks back further, and bodies are kept for this long by default. */
const LOOK_BACK_MS = 30 * DAY_MS

/** Returns a function that finds the signals about somebody with these identifiers. */
export function createSignalLookup({
  store,
  clock
}: {
  readonly store: Pick<Store, 'sharedSignals'>
  readonly clock: Clock
}): (identifiers: readonly string[]) => Promise<readonly Signal[]> {
  return async (identifiers) => {
    const named = new Set(identifiers.map((identifier) => identifier.toLowerCase()))
    const raw = await store.sharedSignals({ keys: [...named].map(signalKey), since: plus(clock(), -LOOK_BACK_MS) })
    return raw.flatMap((event) => signalOf(event, named) ?? [])
  }
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
