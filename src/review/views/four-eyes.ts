/** Proposals that two people must approve: who has, and who still may. Pure. */
import type { Approval, Case } from '../../domain/case.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import { ago, say } from '../text.ts'

/** Everybody who signs in with the ops token is this person, so two of them are one. */
export const OPS_TOKEN_NAME = 'ops-token'

/** True when one approval is not enough. */
export function needsTwo({ proposal }: Case): boolean {
  return proposal?.approvalsNeeded === 2
}

/** The first of two approvals, while the second is missing. */
export function firstOf(c: Case): Approval | null {
  return needsTwo(c) && c.firstApproval?.hash === c.proposal?.hash ? (c.firstApproval ?? null) : null
}

/** Why this approver cannot approve, or null. `case/people.ts` refuses for the same reason. */
export function barredFrom(c: Case, { name }: Pick<Operator, 'name'>): Markup | null {
  if (firstOf(c)?.by !== name) return null
  const shared =
    name === OPS_TOKEN_NAME
      ? html` Everybody with the ops token counts as one person: for a second one, people must sign in by name (<code>REENROLL_OIDC_ISSUER</code>).`
      : NOTHING
  return html`You gave the first approval, so you cannot give the second: two people must have looked.${shared}`
}

/** How far the two approvals are. */
export function approvalsSoFar(c: Case, now: Instant): Markup {
  if (!needsTwo(c)) return NOTHING
  const first = firstOf(c)
  return html`<p class="four-eyes">${
    first
      ? html`<strong>First approval by ${say(first.by, 60)}</strong> ${ago(first.at, now)}, a second approver is needed.`
      : html`<strong>Two people must approve this:</strong> the user is on the list of protected people.`
  }</p>`
}

/** The same in a few words, for a row of the queue. */
export function approvalsInShort(c: Case): Markup {
  if (!needsTwo(c)) return NOTHING
  const first = firstOf(c)
  return html` <span class="aside">${first ? html`1 of 2 approvals, by ${say(first.by, 40)}` : 'two approvals'}</span>`
}
