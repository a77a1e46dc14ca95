/** Results of guards, and how they combine. Anything not clear wins over clear: guards fail closed. Pure. */
import type { DecideInput } from '../../domain/decision.ts'
import {
  type EvidenceSource,
  type EvidenceValues,
  type Item,
  type LogEntry,
  type LogReach,
  readBackTo
} from '../../domain/evidence.ts'
import { plus, showDuration } from '../../domain/time.ts'
import type { GuardId, GuardState, Instant } from '../../domain/vocabulary.ts'
import { isRecent } from '../entries.ts'
import { eventWords } from '../event-names.ts'
import type { Facts } from '../facts.ts'

/**
 * What an approver needs to override a guard that is not clear. `never`: it cannot be overridden; `with_reason`: one by one,
 * with a reason; `not_needed`: the guard only prevents automatic writes.
 */
export type Override = 'never' | 'with_reason' | 'not_needed'

export interface GuardResult {
  readonly state: GuardState
  /** One sentence that names the fact and its time. */
  readonly because: string
  readonly override: Override
  /** The signals behind it, of a guard that has a table of them. */
  readonly signals?: readonly string[]
  /** The result for harmless repairs, when it differs: ordinary signals do not stop them. */
  readonly harmless?: GuardResult
}

/** A guard's result with its id. */
export interface GuardFinding extends GuardResult {
  readonly id: GuardId
}

/** Input of guards, and what was derived from it once. */
export interface GuardContext {
  readonly input: DecideInput
  readonly facts: Facts
  /** `entriesOf(input)`: newest first. */
  readonly entries: readonly LogEntry[]
}

export function clear(because: string): GuardResult {
  return { state: 'clear', because, override: 'not_needed' }
}
export function tripped(because: string, override: Override = 'with_reason'): GuardResult {
  return { state: 'tripped', because, override }
}
export function guardUnknown(because: string): GuardResult {
  return { state: 'unknown', because, override: 'with_reason' }
}

const STATE_RANK: Readonly<Record<GuardState, number>> = { clear: 0, unknown: 1, tripped: 2 }
const OVERRIDE_RANK: Readonly<Record<Override, number>> = { not_needed: 0, with_reason: 1, never: 2 }

/** The worst of several results, with the sentences of all equally bad ones. */
export function worst(first: GuardResult, ...rest: readonly GuardResult[]): GuardResult {
  const all = [first, ...rest]
  const state = all.reduce<GuardState>((a, b) => (STATE_RANK[b.state] > STATE_RANK[a] ? b.state : a), first.state)
  const deciding = all.filter((finding) => finding.state === state)
  const because = [...new Set(deciding.map((finding) => finding.because))].join(' ')
  const override = deciding.reduce<Override>(
    (a, b) => (OVERRIDE_RANK[b.override] > OVERRIDE_RANK[a] ? b.override : a),
    'not_needed'
  )
  return { state, because, override }
}

const SOURCE_NAMES: Readonly<Record<EvidenceSource, string>> = {
  user: 'the account',
  blocks: 'the sign-in blocks',
  devices: 'the devices',
  device_users: 'the users of the devices',
  factors: 'the factors',
  enrollments: 'the authenticator enrollments',
  roles: 'the admin roles',
  risk: 'the user risk',
  groups: 'the groups',
  history: 'the System Log'
}

export function sourceName(source: EvidenceSource): string {
  return SOURCE_NAMES[source]
}

/** A guard over one source. Unknown stays unknown; a source declared absent is skipped, with a sentence (facts §6.1). */
export function onSource<S extends EvidenceSource>(
  { input }: GuardContext,
  source: S,
  judge: (value: EvidenceValues[S], at: Instant) => GuardResult
): GuardResult {
  const item: Item<EvidenceValues[S]> = input.evidence[source]
  if (item.state === 'known') return judge(item.value, item.at)
  if (item.state === 'absent' && !item.unused)
    return clear(`The policy declares that the org has no source for ${sourceName(source)}: ${item.because}.`)
  return guardUnknown(`Could not read ${sourceName(source)} (${item.at}): ${item.because}.`)
}

/**
 * A guard over the System Log and the case's own events: `what` happened recently, or the log was read without it. A log too
 * long to be read to the start of the window answers unknown.
 */
export function onLog(
  ground: GuardContext,
  what: string,
  limitMs: number,
  matches: (entry: LogEntry) => boolean
): GuardResult {
  const { entries, input } = ground
  const hit = entries.find((entry) => matches(entry) && isRecent(entry.at, limitMs, input.now))
  if (hit) return tripped(`${what}: ${eventWords(hit)} at ${hit.at}.`)
  return onLogSince(ground, what, limitMs, (at) =>
    clear(`${what}: nothing in the ${showDuration(limitMs)} before ${at}.`)
  )
}

/** A guard over the whole window of the System Log; unknown when the log was not read back to the start of it. */
export function onLogSince(
  ground: GuardContext,
  what: string,
  limitMs: number,
  judge: (at: Instant) => GuardResult
): GuardResult {
  const { evidence, now } = ground.input
  const { history } = evidence
  if (history.state !== 'known') return onSource(ground, 'history', () => clear(''))
  return readBackTo(history, plus(now, -limitMs)) ? judge(history.at) : tooLong(history, what)
}

/** `seen`, or unknown when successful verifications were not read back to the start of the window. */
export function onSignIns({ input }: GuardContext, what: string, limitMs: number, seen: GuardResult): GuardResult {
  const { history } = input.evidence
  if (history.state !== 'known' || history.signInsSince === undefined) return seen
  return history.signInsSince <= plus(input.now, -limitMs) ? seen : tooLong(history, what)
}

function tooLong(history: LogReach, what: string): GuardResult {
  const since = history.completeSince ?? history.signInsSince
  return guardUnknown(`${what}: the user has too many log entries; they were read back to ${since} only.`)
}
