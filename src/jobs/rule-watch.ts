/**
 * Watches the rules that write automatically, and lowers one to `propose` when its writes do not help, end in security alerts
 * or served an attack: an automatic canary for rules. Counts from the moment the rule was raised, so that old figures cannot lower it again.
 */
import { modeInForce, modesByGroup } from '../decide/mode.ts'
import { RULES, type Rule } from '../decide/rules.ts'
import type { Controls, DecidePolicy, RuleBounds } from '../domain/decision.ts'
import { parseJson, recordOf } from '../domain/json.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { DAY_MS, MINUTE_MS, plus } from '../domain/time.ts'
import type { Action, Clock, Instant } from '../domain/vocabulary.ts'

export interface RuleWatch {
  readonly store: Pick<Store, 'controls' | 'cursor' | 'setCursor' | 'actionsSince' | 'getCase'>
  readonly policy: DecidePolicy
  readonly bounds: RuleBounds
  readonly clock: Clock
  readonly emit: Emit
  /** Lowers the rule to at most `propose` for all replicas, or only records that it was raised; with a ledger entry. */
  readonly change: (rule: string, what: RuleWatchChange) => Promise<unknown>
}

/** What the rule watch does to a rule. */
export type RuleWatchChange = ({ readonly atMost: 'propose' } | { readonly raised: true }) & {
  readonly because: string
}

const EVERY_MS = 5 * MINUTE_MS
/** Older writes say little about the rule of today. */
const WINDOW_MS = 7 * DAY_MS
/** Alerts come within the takeover window, well within a day. */
const ALERTS_MS = DAY_MS
const SINCE = 'rule_watch'

/** One look; returns the wait until the next. */
export async function watchRules({ store, policy, bounds, clock, emit, change }: RuleWatch): Promise<number> {
  const now = clock()
  const controls = await store.controls()
  const stored = await store.cursor(SINCE)
  const before = recordOf(parseJson(stored ?? ''))
  // The kill switch stops every rule for a while and raises none, so it begins no new count.
  const automatic = RULES.filter((rule) => isAutomatic(rule, policy, { ...controls, kill: null })).map(({ id }) => id)
  // Never later than now: a clock that was ahead for a while must not hide the writes that follow.
  const sinceOf = (stored: unknown) => (typeof stored === 'string' && stored < now ? stored : now)
  const since = new Map(automatic.map((id) => [id, sinceOf(before[id])]))
  for (const rule of stored === null ? [] : automatic.filter((id) => before[id] === undefined)) {
    const because = 'It writes automatically from now on.'
    await change(rule, { raised: true, because })
    emit({ type: 'rule_mode', rule, change: 'raised', because })
  }
  const written = since.size === 0 ? [] : await store.actionsSince(plus(now, -WINDOW_MS))
  for (const [rule, from] of since) {
    const own = written.filter(({ by, intendedAt }) => by.kind === 'rule' && by.name === rule && intendedAt >= from)
    const because = whyLower(own, await countHarmful(own, store), bounds)
    if (because === null) continue
    await change(rule, { atMost: 'propose', because })
    since.delete(rule)
    emit({ type: 'rule_mode', rule, change: 'dropped_back', because })
  }
  await store.setCursor(SINCE, JSON.stringify(Object.fromEntries(since)))
  return EVERY_MS
}

/** For anybody: for everyone, or for the members of some group. */
function isAutomatic(rule: Rule, policy: DecidePolicy, controls: Controls): boolean {
  if (rule.outcome.do !== 'remediate') return false
  const modes = modesByGroup(rule, policy, controls).map(([, mode]) => mode)
  return [modeInForce(rule, policy, controls, []).mode, ...modes].includes('auto')
}

/** Cases with an alert soon after the write. An attack is mostly found by a person, days later. */
async function countHarmful(
  written: readonly { readonly caseId: string; readonly intendedAt: Instant }[],
  store: Pick<Store, 'getCase'>
): Promise<number> {
  const newest = new Map(written.toReversed().map(({ caseId, intendedAt }) => [caseId, intendedAt]))
  let harmful = 0
  for (const [id, intendedAt] of newest) {
    const c = await store.getCase(id)
    const { attack, securityAlert, alertedAt = intendedAt } = c ?? {}
    if (attack || (securityAlert && alertedAt <= plus(intendedAt, ALERTS_MS))) harmful++
  }
  return harmful
}

/** Why a rule with these writes and alerts must not write automatically, or null. */
function whyLower(
  writes: readonly Pick<Action, 'effect' | 'state'>[],
  harmful: number,
  { leastWrites, ineffectivePercent, alerts: mostAlerts }: RuleBounds
): string | null {
  if (harmful >= mostAlerts)
    return `${harmful} of its cases had a security alert within a day after the write, or were found to be an attack.`
  const made = writes.filter(({ state }) => state === 'done' || state === 'unknown')
  const settled = made.filter(({ effect }) => effect !== 'pending')
  const failed = settled.filter(({ effect }) => effect !== 'effective').length
  if (settled.length < leastWrites || 100 * failed <= ineffectivePercent * settled.length) return null
  return `${failed} of ${settled.length} writes since it was raised did not help; more than ${ineffectivePercent} % may not.`
}
