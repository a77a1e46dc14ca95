/** Guards about pace, trust in the event, and completeness: G8, G13, G14, G15, G16 (facts §6.1). Pure. */
import type { DecideInput } from '../../domain/decision.ts'
import { EVIDENCE_SOURCES, type EvidenceSource, isDeferred, known, type OktaUser } from '../../domain/evidence.ts'
import { disagreements } from '../../domain/subject.ts'
import { msBetween, showDuration } from '../../domain/time.ts'
import { CONFIDENCES, type Confidence, type Failure } from '../../domain/vocabulary.ts'
import { BINDINGS } from '../bindings.ts'
import { newestFailureAt } from '../entries.ts'
import { bestConfidence } from '../facts.ts'
import { nextLookAt, unprovedFailures } from '../proof.ts'
import { clear, type GuardContext, type GuardResult, guardUnknown, sourceName, tripped, worst } from './guard-result.ts'

/** G8: many users at once mean an outage or a campaign, so nothing is automatic. */
export function storm({ input }: GuardContext): GuardResult {
  const { failingUsers, sameIpUsers, sameNetworkUsers } = input.recent
  const { stormSameNetworkUsers, stormUsers, stormWindowMs } = input.policy.guards
  const window = `in ${showDuration(stormWindowMs)} before ${input.now}`
  if (failingUsers >= stormUsers) return tripped(`${failingUsers} users fail at once ${window}.`)
  if (sameIpUsers >= stormSameNetworkUsers) return tripped(`${sameIpUsers} users fail from the same address ${window}.`)
  if (sameNetworkUsers >= stormSameNetworkUsers) {
    return tripped(`${sameNetworkUsers} users fail from the same network ${window}.`)
  }
  if (input.inStorm) return tripped(`The case belongs to a storm that is not over yet (checked ${input.now}).`)
  return clear(`${failingUsers} users fail ${window}, fewer than ${stormUsers}.`)
}

/**
 * G13: the event is a preview, a report, about another person than the actor, names another person than Okta does, is not in
 * the System Log, too uncertain, or too old. Age alone prevents automatic writes, not approved ones; otherwise every approval later than `staleAfterMs` would be refused.
 */
export function untrustedEvent({ input }: GuardContext): GuardResult {
  const { evidence, failures, now, policy } = input
  const genuine = failures.filter((failure) => !failure.preview && failure.source !== 'report')
  const newest = newestFailureAt(genuine)
  const confidence = bestConfidence(genuine)
  if (newest === undefined || confidence === undefined) {
    return tripped(`Only previews or help-desk reports name this failure (checked ${now}).`)
  }
  const other = failures.find((failure) => failure.actedForAnother)
  return worst(
    clear(`The failure of ${newest} is ${confidence}, genuine, and its actor is the user.`),
    ...(other ? [tripped(`Another person acted for the user at ${other.publishedAt}.`)] : []),
    ...contradicted(genuine, known(evidence.user)),
    ...unproved(input),
    ...(isBelow(confidence, policy.minConfidenceForAuto)
      ? [tripped(`The failure of ${newest} is only ${confidence}; ${policy.minConfidenceForAuto} is needed.`)]
      : []),
    ...(msBetween(newest, now) <= policy.guards.staleAfterMs ? [] : [stale(newest, now, policy.guards.staleAfterMs)])
  )
}

/** Events that name another person than Okta's user object. The reason holds no names: the ledger keeps it. */
function contradicted(failures: readonly Failure[], user: OktaUser | undefined): readonly GuardResult[] {
  if (!user || user.status === 'MISSING') return []
  return failures.flatMap(({ subject, publishedAt }) => {
    const parts = disagreements(subject, user)
    if (parts.length === 0) return []
    return tripped(`The event of ${publishedAt} names another person (${parts.join(', ')}) than Okta’s user object.`)
  })
}

/** Events that the System Log does not hold: not yet, or after the wait, perhaps invented (facts §6.1b). */
function unproved(input: DecideInput): readonly GuardResult[] {
  const { history } = input.evidence
  const mayCome = nextLookAt(input) !== null
  return unprovedFailures(input).map(({ publishedAt, signIn }) => {
    const what = signIn ? `The sign-in before the report of ${publishedAt}` : `The event of ${publishedAt}`
    if (history.state !== 'known') return guardUnknown(`${what} is not proved: the System Log could not be read.`)
    const missing = `${what} is not in the user’s System Log`
    if (mayCome) return guardUnknown(`${missing} yet (read ${history.at}).`)
    const why = signIn ? 'Nobody knows where it came from.' : 'It may be invented: check who has the hook’s secret.'
    return tripped(`${missing} (read ${history.at}). ${why}`)
  })
}

function stale(newest: string, now: string, limitMs: number): GuardResult {
  const ageMs = msBetween(newest, now)
  const because = `The newest failure (${newest}) is ${showDuration(ageMs)} old; automatic writes need one of the last ${showDuration(limitMs)}.`
  return tripped(because, 'not_needed')
}

function isBelow(confidence: Confidence, least: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf(least)
}

/** At most two writes per case, whatever the caps allow (vocabulary `Action.attempt`). */
const ATTEMPTS_PER_CASE = 2

/**
 * G14: a cap for this user, this case or all users is reached, or an earlier write is not settled. A person with a reason may
 * exceed the caps per user and for all. The limit per case and an unsettled write cannot be overridden.
 */
export function writeCaps({ input }: GuardContext): GuardResult {
  const { actions, now, recent } = input
  const { userWritesPerDay, writesPerHour } = input.policy.guards
  const open = actions.find(({ state }) => state === 'intended' || state === 'unknown')
  if (open)
    return tripped(
      `It is not known whether an earlier write happened (${BINDINGS[open.remediation].does}, ${open.intendedAt}).`,
      'never'
    )
  const attempts = actions.filter(({ state }) => state !== 'refused').length
  if (attempts >= ATTEMPTS_PER_CASE) return tripped(`This case has had ${attempts} writes (checked ${now}).`, 'never')
  if (recent.userWrites >= userWritesPerDay) {
    return tripped(`${recent.userWrites} writes for this user in the 24 h before ${now}; ${userWritesPerDay} allowed.`)
  }
  if (recent.writesLastHour >= writesPerHour) {
    return tripped(`${recent.writesLastHour} writes for all users in the hour before ${now}; ${writesPerHour} allowed.`)
  }
  return clear(`${recent.userWrites} writes for this user in the 24 h before ${now}.`)
}

/** G15: a source could not be read, or was not read so far. Sources declared absent do not count. Never overridden. */
export function missingEvidence({ input }: GuardContext): GuardResult {
  const { evidence, now } = input
  const named = (source: EvidenceSource) => {
    const item = evidence[source]
    return item.state === 'unknown' ? `${sourceName(source)} (${item.because}, ${item.at})` : []
  }
  const failed = EVIDENCE_SOURCES.filter((source) => !isDeferred(evidence[source])).flatMap(named)
  if (failed.length > 0) return tripped(`Evidence could not be read: ${failed.join('; ')}.`, 'never')
  const deferred = EVIDENCE_SOURCES.flatMap(named)
  if (deferred.length > 0)
    return { ...guardUnknown(`Evidence was not read: ${deferred.join('; ')}.`), override: 'never' }
  return clear(`All evidence was read, or its source is declared absent (checked ${now}).`)
}

/** G16: nothing may change between reading and writing. Reading again right before the write proves it. */
export function changedMeanwhile({ input }: GuardContext): GuardResult {
  return clear(
    `Decided on evidence of ${input.now}; right before the write, what it changes is read and decided on again.`
  )
}
