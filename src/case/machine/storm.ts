/**
 * A storm: many users who fail at once, by an outage or a campaign, as one case with one ticket (facts §6.1 G8, C16). Its
 * children have no tickets while it lasts, and are decided again together at its end. Pure; `case/storms.ts` does the I/O.
 */
import { type Case, isOpen, type Storm } from '../../domain/case.ts'
import type { GuardThresholds } from '../../domain/decision.ts'
import type { Operator, ReleaseAsk } from '../../domain/operator-commands.ts'
import type { FailingNow } from '../../domain/store.ts'
import { MINUTE_MS, msBetween, plus, showDuration } from '../../domain/time.ts'
import { type Instant, PLATFORM_NAMES } from '../../domain/vocabulary.ts'
import { newCase } from './fold-event.ts'
import { type CaseChange, type CasePolicy, change } from './transitions.ts'

/** At most one storm is open at a time: the store allows one open case per subject. */
export const STORM_KEY = 'storm:org'

/** A case that was being decided when the storm ended may join it until its lease has expired. */
const LATE_JOIN_MS = MINUTE_MS

type StormBounds = Pick<GuardThresholds, 'stormUsers' | 'stormSameNetworkUsers' | 'stormWindowMs'>

/** Why this many failing users are a storm, in words, or null. */
export function stormReason(failing: FailingNow, bounds: StormBounds): string | null {
  const window = showDuration(bounds.stormWindowMs)
  const reasons = [`${failing.users} users failed within ${window}`]
  const { ip, asNumber, appVersion, platform } = failing.common
  if (ip && ip.users >= bounds.stormSameNetworkUsers) reasons.push(`${ip.users} of them from the address ${ip.value}`)
  else if (asNumber && asNumber.users >= bounds.stormSameNetworkUsers) {
    reasons.push(`${asNumber.users} of them from the network AS${asNumber.value}`)
  }
  if (reasons.length === 1 && failing.users < bounds.stormUsers) return null
  if (appVersion && appVersion.users > failing.users / 2)
    reasons.push(`${appVersion.users} with Okta Verify ${appVersion.value}`)
  if (platform && platform.users > failing.users / 2) reasons.push(`${platform.users} on ${nameOf(platform.value)}`)
  return `${reasons.join(', ')}.`
}

function nameOf(platform: string): string {
  return Object.entries(PLATFORM_NAMES).find(([one]) => one === platform)?.[1] ?? platform
}

/** A storm's own case. It has no user and no failures of its own; its ticket is the only one of the storm. */
export function openStorm(id: string, because: string, failing: FailingNow, now: Instant): CaseChange {
  const storm: Storm = {
    since: now,
    lastSeenAt: now,
    users: failing.users,
    because,
    releasedAt: null,
    children: { all: 0, open: 0 }
  }
  const guards = [{ id: 'G8', state: 'tripped', because }] as const
  const opened = newCase(id, STORM_KEY, now, { state: 'with_person', version: 1, guards, storm, contentRevision: 1 })
  const line = { at: now, kind: 'control' as const, caseId: id, by: 'reenroll', entry: { storm: 'on', because } }
  return change(opened, now, `A storm began: ${because} Nothing is written automatically until it is over.`, [line])
}

/** Result of checking a storm: still active, over, or active again. */
export function updatedStorm(
  storm: Storm,
  failing: FailingNow,
  because: string | null,
  now: Instant,
  cooldownMs: number
): Storm {
  if (because) {
    return { ...storm, lastSeenAt: now, users: Math.max(storm.users, failing.users), because, releasedAt: null }
  }
  const over = msBetween(storm.lastSeenAt, now) >= cooldownMs
  return over && !storm.releasedAt ? { ...storm, releasedAt: now } : storm
}

/** The storm case after a check. Its ticket is updated on changes of state and growth by half, not for every child. */
export function stormChecked(c: Case, storm: Storm, now: Instant, policy: CasePolicy): CaseChange {
  if (!c.storm) return { next: c, ledger: [], telemetry: [] }
  const turned = (storm.releasedAt === null) !== (c.storm.releasedAt === null)
  const grown = storm.users >= c.storm.users * 1.5 || (c.storm.children.all === 0 && storm.children.all > 0)
  const ended = isOpen(c) && storm.releasedAt !== null && storm.children.open === 0
  const dueAt = plus(now, policy.storm.checkEveryMs)
  const contentRevision = turned || grown || ended ? c.contentRevision + 1 : c.contentRevision
  const next: Case = {
    ...c,
    storm,
    contentRevision,
    tries: 0,
    dueAt: contentRevision > c.contentRevision ? now : dueAt
  }
  const entry = { storm: storm.releasedAt ? 'over' : 'on', users: storm.users, children: storm.children.all }
  const line = { at: now, kind: 'control' as const, caseId: c.id, by: 'reenroll', entry }
  if (!isOpen(c)) {
    const endedAt = c.storm.endedAt ?? now
    const isLast = storm.children.open === 0 && msBetween(endedAt, now) >= LATE_JOIN_MS
    return change({ ...next, storm: { ...storm, endedAt }, dueAt: isLast ? null : dueAt }, now)
  }
  if (ended) {
    const what = `The storm is over and all its ${storm.children.all} cases have ended.`
    return change({ ...next, state: 'resolved', outcome: 'storm_over', dueAt: now }, now, what, [line])
  }
  if (!turned) return change(next, now)
  const what = storm.releasedAt
    ? `The storm is over; its ${storm.children.open} open cases are decided again.`
    : `The storm is on again: ${storm.because}`
  return change(next, now, what, [line])
}

/** A case joins a storm. Its existing ticket is closed in favour of the storm's. */
export function joinStorm(c: Case, parentId: string, now: Instant): CaseChange {
  const joined: Case = {
    ...c,
    parentId,
    state: 'with_person',
    proposal: null,
    approval: null,
    dueAt: now,
    contentRevision: c.contentRevision + 1
  }
  return change(joined, now, `Part of the storm ${parentId}; its ticket speaks for this case.`)
}

/**
 * The storm is over, or a person releases the case before: it is read and decided again, still without a separate ticket.
 * While too many users fail, guard G8 returns it to the storm.
 */
export function releaseFromStorm(c: Case, dueAt: Instant, now: Instant, by: string | null = null): CaseChange {
  const released: Case = { ...c, state: 'received', dueAt, watchUntil: null, tries: 0 }
  if (by === null) return change(released, now, 'The storm is over; decided again.')
  return change({ ...released, releasedAt: now }, now, `Released from the storm by ${by}; decided again.`, [], by)
}

/** Records on the storm's case that a person releases these many of its cases. */
export function releasesPart(c: Case, ask: ReleaseAsk, count: number, by: Operator, now: Instant): CaseChange {
  // Names of facts alone: a value may be somebody's device, and of an entry only `because` can be erased.
  const of = { cause: ask.cause ?? null, facts: Object.keys(ask.facts ?? {}) }
  const { because } = ask
  const entry = { storm: 'release', cases: count, of, because, operator: by.id }
  const what = `${count} of its cases are released by ${by.name} and decided again: ${because}`
  return change(c, now, what, [{ at: now, kind: 'control', caseId: c.id, by: by.name, entry }], by.name)
}

/** The case joined at the moment when the storm ended: it becomes independent, with a separate ticket if needed. */
export function leaveEndedStorm(c: Case, now: Instant): CaseChange {
  const left: Case = { ...c, parentId: null, contentRevision: c.contentRevision + 1 }
  if (c.state !== 'with_person') return change(left, now)
  const again: Case = { ...left, state: 'received', dueAt: now, watchUntil: null, tries: 0 }
  return change(again, now, 'The storm had ended; decided again.')
}

/**
 * A person closed the storm's case: its children end with it. Children with a security alert or an unsettled write stay
 * open.
 */
export function closeWithStorm(c: Case, parentId: string, now: Instant): CaseChange | null {
  if (!isOpen(c) || c.securityAlert || c.actions.at(-1)?.state === 'intended') return null
  const closed: Case = {
    ...c,
    state: 'closed',
    outcome: 'closed_by_person',
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    contentRevision: c.contentRevision + 1,
    dueAt: c.ticket?.state === 'open' ? now : null
  }
  const entry = { outcome: 'closed_by_person', with: parentId }
  return change(closed, now, `Closed with the storm ${parentId}.`, [
    { at: now, kind: 'close', caseId: c.id, by: 'reenroll', entry }
  ])
}
