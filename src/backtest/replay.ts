/**
 * Decides on past cases again, under a policy, in the order in which they happened: what would have been done. It cannot
 * write: deciding is pure, and it gets nothing that calls Okta. Pure.
 */
import type { Policy } from '../config/policy/policy.ts'
import { decide } from '../decide/decide.ts'
import type { Case } from '../domain/case.ts'
import type { Controls, Decision, Recent } from '../domain/decision.ts'
import type { Evidence } from '../domain/evidence.ts'
import { DAY_MS, HOUR_MS, plus } from '../domain/time.ts'
import type { CauseId, Failure, GuardId, Instant, Mode, RemediationId } from '../domain/vocabulary.ts'

/** What of a case is replayed. */
export type PastCase = Pick<Case, 'id' | 'subjectKey' | 'user' | 'failures' | 'signals' | 'parentId'> & {
  readonly evidence: Evidence
  readonly decision?: Case['decision']
  /** When it was decided, or could have been. */
  readonly at: Instant
}

/** What a policy makes of one case. */
export interface Replayed {
  readonly caseId: string
  readonly at: Instant
  readonly cause: CauseId
  readonly rule: string
  readonly kind: Decision['kind']
  readonly mode: Mode
  readonly remediation: RemediationId | null
  readonly stoppedBy: readonly GuardId[]
  readonly guidable?: true
}

/** Why a stored case cannot be replayed. */
export const LEFT_OUT = ['storm', 'no_evidence', 'read_after_write'] as const
export type LeftOut = (typeof LEFT_OUT)[number]

/** Brakes of the past are not replayed: they say nothing about a policy. */
const NO_CONTROLS: Controls = { version: 0, kill: null, rules: {}, ceiling: null }

/** The case as it was before anything was written, or why there is none. */
export function pastCase(c: Case): PastCase | LeftOut {
  if (c.storm) return 'storm'
  if (!c.evidence || c.failures.length === 0) return 'no_evidence'
  const at = c.evidence.user.at
  // What was read after our write shows its effect, not what the decision rested on.
  const wrote = c.actions.find(({ state }) => state === 'done' || state === 'unknown')
  if (wrote && at > wrote.at) return 'read_after_write'
  return { ...c, evidence: c.evidence, at }
}

/** Replays all cases; simulated writes count against the caps of those that follow. */
export function replay(
  cases: readonly PastCase[],
  policy: Pick<Policy, 'decide'>,
  ceiling: Mode,
  controls = NO_CONTROLS
): readonly Replayed[] {
  const place = ({ at, id }: PastCase) => `${at} ${id}`
  const inOrder = cases.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  const failures = failuresOf(inOrder)
  const writes: Write[] = []
  return inOrder.map((past) => {
    const { id, user: subject, failures: own, signals, evidence, parentId, at: now } = past
    const { decision, cause } = decide({
      subject,
      failures: past.decision?.unproved ? own : own.map(asProved),
      signals,
      actions: [],
      evidence,
      recent: recentAt(past, failures, writes, policy.decide.guards.stormWindowMs),
      controls,
      inStorm: parentId !== null,
      policy: { ...policy.decide, ceiling },
      now
    })
    if (decision.kind === 'remediate' && decision.mode === 'auto') writes.push({ at: now, subjectKey: past.subjectKey })
    const { rule, kind, mode, remediation, stoppedBy, guidable } = decision
    const more = guidable ? { guidable } : {}
    return { caseId: id, at: now, cause: cause.id, rule, kind, mode, remediation, stoppedBy, ...more }
  })
}

/**
 * Stored evidence was often read before the log held the event, and a replay cannot look it up again. So an event counts as
 * proved, unless the service missed it in the log (facts §6.1b).
 */
function asProved(failure: Failure): Failure {
  return failure.source === 'hook' ? { ...failure, source: 'log' } : failure
}

interface Write {
  readonly at: Instant
  readonly subjectKey: string
}

interface PastFailure {
  readonly at: Instant
  readonly subjectKey: string
  readonly ip: string | null
  readonly asNumber: number | null
}

function failuresOf(cases: readonly PastCase[]): readonly PastFailure[] {
  const all = cases.flatMap(({ failures, subjectKey }) =>
    failures.map(({ publishedAt, context }) => ({
      at: publishedAt,
      subjectKey,
      ip: context.ip,
      asNumber: context.asNumber
    }))
  )
  return all.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
}

/** The counts that guards G8 and G14 need, as they would have been at that moment. */
function recentAt(
  { at, subjectKey, failures: own }: PastCase,
  all: readonly PastFailure[],
  writes: readonly Write[],
  stormWindowMs: number
): Recent {
  const window = between(all, plus(at, -stormWindowMs), at)
  const users = (some: readonly PastFailure[]) => new Set(some.map((failure) => failure.subjectKey)).size
  const ips = new Set(own.flatMap(({ context }) => context.ip ?? []))
  const networks = new Set(own.flatMap(({ context }) => context.asNumber ?? []))
  const [dayAgo, hourAgo] = [plus(at, -DAY_MS), plus(at, -HOUR_MS)]
  return {
    userWrites: writes.filter((write) => write.subjectKey === subjectKey && write.at > dayAgo).length,
    writesLastHour: writes.filter((write) => write.at > hourAgo).length,
    failingUsers: users(window),
    sameIpUsers: users(window.filter(({ ip }) => ip !== null && ips.has(ip))),
    sameNetworkUsers: users(window.filter(({ asNumber }) => asNumber !== null && networks.has(asNumber)))
  }
}

/** Failures after `from` and up to `to`, of a list in order. */
function between(all: readonly PastFailure[], from: Instant, to: Instant): readonly PastFailure[] {
  return all.slice(placeAfter(all, from), placeAfter(all, to))
}

/** How many of the list are at or before the moment. */
function placeAfter(all: readonly PastFailure[], moment: Instant): number {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle]?.at ?? '') <= moment) low = middle + 1
    else high = middle
  }
  return low
}
