/** The pages' words for states, outcomes and effects, and short questions about a case. Pure. */
import { type Case, isOpen, type Outcome } from '../domain/case.ts'
import { known } from '../domain/evidence.ts'
import { disagreements, subjectOf } from '../domain/subject.ts'
import type { Action, CaseState, Effect, Instant, Mode } from '../domain/vocabulary.ts'
import { plain, quantity } from './text.ts'

/** True while the case is snoozed; it ends at its time. */
export function isSnoozed(c: Case, now: Instant): boolean {
  return Boolean(c.snoozedUntil && c.snoozedUntil > now) && isOpen(c)
}

export const STATE_WORDS: Readonly<Record<CaseState, string>> = {
  received: 'New',
  correlating: 'Reading Okta',
  awaiting_approval: 'Needs approval',
  acting: 'Repairing',
  watching: 'Waiting for the user',
  with_user: 'Waiting for the user',
  with_person: 'Needs a person',
  resolved: 'Enrolled',
  closed: 'Closed'
}

/** The class of a state in the stylesheet. */
export const STATE_TONES: Readonly<Record<CaseState, 'ask' | 'person' | 'moving' | 'good' | 'still'>> = {
  received: 'moving',
  correlating: 'moving',
  awaiting_approval: 'ask',
  acting: 'moving',
  watching: 'moving',
  with_user: 'moving',
  with_person: 'person',
  resolved: 'good',
  closed: 'still'
}

/** A status of Okta as words. A device is CREATED before anything is enrolled on it (deploy/okta-facts.md). */
export function statusWords(status: string): string {
  return status === 'CREATED' ? 'registered, not enrolled' : plain(status.replaceAll('_', ' ').toLowerCase(), 40)
}

/** How a case ended. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  recovered_by_itself: 'enrolled without a repair',
  recovered_after_repair: 'enrolled after the repair',
  nothing_to_do: 'nothing to do',
  closed_by_person: 'closed by a person',
  storm_over: 'the storm is over',
  canary: 'canary completed'
}

/** What each mode does. */
export const MODE_WORDS: Readonly<Record<Mode, string>> = {
  observe: 'observe: only show what would be done',
  propose: 'propose: a person approves',
  auto: 'auto: repair without approval'
}

/** States of a write. */
export const ACTION_WORDS: Readonly<Record<Action['state'], string>> = {
  intended: 'in progress',
  done: 'done',
  refused: 'not done: the final check failed',
  failed: 'refused by Okta',
  unknown: 'outcome unknown'
}

/** Whether a write helped. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  pending: 'effect not known yet',
  effective: 'the user enrolled',
  ineffective: 'did not help',
  unknown: 'effect not proved'
}

/** The user's name, or the storm, in one line. A name that only an event claims is marked. */
export function nameOf(c: Pick<Case, 'user' | 'evidence' | 'storm'>): string {
  const { storm } = c
  if (storm)
    return storm.children.all > 0
      ? `Storm of ${quantity(storm.children.all, 'case')}`
      : `Storm of ${quantity(storm.users, 'user')}`
  const subject = subjectOf(c)
  if (subject.source === 'okta') return subject.name ?? subject.login ?? subject.id
  const { name, login, id } = subject.claimed
  const claimed = name ?? login
  return claimed ? `${claimed} (not confirmed)` : (id ?? 'Unnamed user')
}

/** The login, for display beside `nameOf`; null for a storm or when the name is the login. */
export function loginOf(c: Pick<Case, 'user' | 'evidence' | 'storm'>): string | null {
  if (c.storm) return null
  const subject = subjectOf(c)
  const { login, name } = subject.source === 'okta' ? subject : subject.claimed
  return name === null || login === name ? null : login
}

/** The Okta id that writes go to; null when it is not known. */
export function idOf(c: Pick<Case, 'user' | 'evidence'>): string | null {
  const subject = subjectOf(c)
  return subject.source === 'okta' ? subject.id : subject.claimed.id
}

/** What the events claim where Okta's user object names another person; null when they agree. */
export function contraryClaim({ user, evidence, failures }: Case): string | null {
  const read = evidence && known(evidence.user)
  if (!read || read.status === 'MISSING') return null
  const contrary = [user, ...failures.map(({ subject }) => subject)].find(
    (claim) => disagreements(claim, read).length > 0
  )
  return contrary ? [contrary.name, contrary.login, contrary.id].filter((text) => text !== null).join(', ') : null
}
