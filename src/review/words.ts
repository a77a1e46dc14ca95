/** How the pages call things. Data. */

import { GUARDS } from '../decide/guards/guards.ts'
import type { Case, Outcome } from '../domain/case.ts'
import type { Action, CaseState, Effect, GuardId, Mode } from '../domain/vocabulary.ts'

export const STATE_WORDS: Readonly<Record<CaseState, string>> = {
  received: 'Just in',
  correlating: 'Reading Okta',
  awaiting_approval: 'Needs approval',
  acting: 'Writing',
  watching: 'Watching',
  with_person: 'With a person',
  resolved: 'Enrolled',
  closed: 'Closed'
}

/** The colour family of a state, in the stylesheet. */
export const STATE_TONES: Readonly<Record<CaseState, 'ask' | 'person' | 'moving' | 'good' | 'still'>> = {
  received: 'moving',
  correlating: 'moving',
  awaiting_approval: 'ask',
  acting: 'moving',
  watching: 'moving',
  with_person: 'person',
  resolved: 'good',
  closed: 'still'
}

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  recovered_by_itself: 'enrolled without our help',
  recovered_after_repair: 'enrolled after the repair',
  nothing_to_do: 'nothing to do',
  closed_by_person: 'closed by a person',
  storm_over: 'the storm is over',
  canary: 'the canary came through'
}

export const MODE_WORDS: Readonly<Record<Mode, string>> = {
  observe: 'observe: say what would be done',
  propose: 'propose: a person approves',
  auto: 'auto: do it'
}

export const ACTION_WORDS: Readonly<Record<Action['state'], string>> = {
  intended: 'under way',
  done: 'done',
  refused: 'not done: the last check said no',
  failed: 'refused by Okta',
  unknown: 'outcome not known'
}

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  pending: 'effect not known yet',
  effective: 'the user enrolled',
  ineffective: 'did not help',
  unknown: 'effect not proved'
}

const GUARD_TITLES: ReadonlyMap<string, string> = new Map(GUARDS.map(({ id, title }) => [id, title]))

/** `Admin role`, for `G1`. */
export function guardTitle(id: GuardId): string {
  return GUARD_TITLES.get(id) ?? id
}

/** The person, as a page names them in one line. */
export function nameOf({ user, storm }: Pick<Case, 'user' | 'storm'>): string {
  if (storm) return storm.children.all > 0 ? `Storm of ${storm.children.all} cases` : `Storm of ${storm.users} users`
  return user.name ?? user.login ?? user.id ?? 'A user Okta did not name'
}
