/** Conditions of rules: flat, typed, explainable. A condition on an unknown fact is not met. Pure. */
import type { CauseThresholds } from '../domain/decision.ts'
import { showDuration } from '../domain/time.ts'
import type { CauseId } from '../domain/vocabulary.ts'
import type { Facts } from './facts.ts'

/** Input of rules: the facts, and the cause found from them. */
export interface RuleFacts extends Facts {
  readonly cause?: CauseId | undefined
}

/** Facts that are records or texts cannot be conditions. */
type Conditions = Omit<RuleFacts, 'suspendedBy' | 'statusGap'>
export type ConditionKey = keyof Conditions

/** A number, or the name of a threshold from the policy file. Times are milliseconds. */
export type Bound = number | keyof CauseThresholds
export interface Bounds {
  readonly atLeast?: Bound
  readonly atMost?: Bound
}
type Said<K extends ConditionKey> = Exclude<Conditions[K], undefined>

/** Lists for words and booleans, bounds for numbers; anything else does not compile. All conditions must be met. */
export type When = {
  readonly [K in ConditionKey]?: number extends Said<K> ? Bounds : readonly Said<K>[]
}

/** A fact's name in sentences and tables. */
const WORDS: Readonly<Record<ConditionKey, string>> = {
  cause: 'cause',
  subjectKnown: 'user named by id',
  recoveredSince: 'enrolled since the newest failure',
  statusKnown: 'account status could be read',
  userStatus: 'account status',
  transitioning: 'account in transition',
  provider: 'credentials owned by',
  blocked: 'sign-in blocked',
  unknownDevicesBlocked: 'blocked from unknown devices',
  everUsed: 'account used before',
  createdAgoMs: 'account age',
  suspendedForMs: 'suspended for',
  suspenderTrusted: 'suspended by a trusted actor',
  confidence: 'confidence',
  invalidToken: 'invalid token named',
  policyRefusal: 'policy refusal named',
  signOnDenied: 'sign-on denied recently',
  hasActiveOktaVerify: 'active Okta Verify',
  worksOnlyElsewhere: 'active Okta Verify only on another kind of device',
  orphanedEnrollment: 'only unfinished Okta Verify enrollments',
  otherStrongFactor: 'another strong factor',
  oldPhoneLikely: 'old phone still enrolled',
  deviceExact: 'device recognised by id or serial number',
  deviceBlocked: 'block of the device',
  sharedDevice: 'device shared',
  jailbroken: 'device jailbroken',
  unmanagedDevice: 'device unmanaged',
  ios17Iphone15: 'iPhone 15 on iOS 17',
  signedInStrongly: 'reported after signing in with another phishing-resistant factor',
  migrationStarted: 'transfer to another device started',
  repairedWithoutAttempt: 'repaired, no attempt since',
  repairedBefore: 'repaired before'
}

type Value = string | number | boolean
type Wanted = readonly Value[] | Bounds

/** Whether every condition is met; otherwise the first that is not, in words. */
export function hold(when: When, facts: RuleFacts, thresholds: CauseThresholds): { matched: boolean; because: string } {
  const conditions = conditionsOf(when)
  const failing = conditions.find(([key, wanted]) => !satisfies(facts[key], wanted, thresholds))
  if (!failing) return { matched: true, because: conditions.map(([key]) => said(key, facts)).join('; ') || 'always' }
  const [key, wanted] = failing
  return { matched: false, because: `${said(key, facts)}, but this rule requires ${showWanted(wanted, thresholds)}` }
}

function conditionsOf(when: When): readonly [ConditionKey, Wanted][] {
  return Object.entries(when) as [ConditionKey, Wanted][]
}

function satisfies(value: Value | undefined, wanted: Wanted, thresholds: CauseThresholds): boolean {
  if (value === undefined) return false
  if (isList(wanted)) return wanted.includes(value)
  const { atLeast, atMost } = wanted
  const number = Number(value)
  return (
    (atLeast === undefined || number >= bound(atLeast, thresholds)) &&
    (atMost === undefined || number <= bound(atMost, thresholds))
  )
}

function isList(wanted: Wanted): wanted is readonly Value[] {
  return Array.isArray(wanted)
}

function bound(bound: Bound, thresholds: CauseThresholds): number {
  return typeof bound === 'number' ? bound : thresholds[bound]
}

function said(key: ConditionKey, facts: RuleFacts): string {
  const value = facts[key]
  return `${WORDS[key]}: ${value === undefined ? 'not known' : showValue(value)}`
}

function showValue(value: Value): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? showDuration(value) : value
}

function showWanted(wanted: Wanted, thresholds?: CauseThresholds): string {
  if (isList(wanted)) return wanted.map(showValue).join(' or ')
  const show = (bound: Bound) =>
    typeof bound === 'number' ? showDuration(bound) : thresholds ? showDuration(thresholds[bound]) : bound
  return [
    ...(wanted.atLeast === undefined ? [] : [`at least ${show(wanted.atLeast)}`]),
    ...(wanted.atMost === undefined ? [] : [`at most ${show(wanted.atMost)}`])
  ].join(' and ')
}

/** A row's conditions for a table: `cause: account_suspended; suspended for: at most 30 d`. */
export function showWhen(when: When, thresholds?: CauseThresholds): string {
  const shown = conditionsOf(when).map(([key, wanted]) => `${WORDS[key]}: ${showWanted(wanted, thresholds)}`)
  return shown.join('; ') || 'anything else'
}
