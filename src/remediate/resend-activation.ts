/** Sends a fresh activation mail to the address on file: `reactivate?sendEmail=true` (facts §3.2, §6.2 C3). */
import { known, type LogEntry, type OktaUser } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { remediation } from './preconditions.ts'

/** One mail a day: each mail invalidates the previous link (facts §6.2 C3). */
const MAIL_EVERY_MS = DAY_MS

/** Okta also accepts `reactivate` for RECOVERY, but a pending reset is itself a risk signal (facts §5). */
function notWaiting(user: OktaUser): string | null {
  if (user.status !== 'PROVISIONED') return `the user is ${user.status}, not PROVISIONED`
  // Okta sets `activated` when an activation starts, so only use proves that the account was activated (facts §3.1).
  const usedAt = user.lastLoginAt ?? user.passwordChangedAt
  if (usedAt !== null) return `the account was used before, at ${usedAt}`
  // Accounts of Active Directory and other sources get no activation mail (facts §6.2 C3).
  return user.provider === 'OKTA'
    ? null
    : `the account comes from ${user.provider ?? 'an unknown source'}, not from Okta`
}

function mailProblem(user: OktaUser, situation: Situation): string | null {
  if (!user.email) return 'the user has no e-mail address on file'
  const { history } = situation.evidence
  if (history.state === 'known' && history.completeSince !== undefined) {
    return `the log before ${history.completeSince} was not read, so the e-mail address may have been changed`
  }
  const moved = newest(situation, 'user.account.update_primary_email', null)
  if (moved) return `the e-mail address was changed at ${moved.at}, so the mail might reach somebody else`
  const sent = newest(situation, 'user.lifecycle.reactivate', plus(situation.now, -MAIL_EVERY_MS))
  return sent ? `an activation mail was already sent at ${sent.at}; one a day is enough` : null
}

/** The newest successful entry of this type about the user, at or after `since`. */
function newest(situation: Situation, eventType: string, since: Instant | null): LogEntry | undefined {
  return (known(situation.evidence.history) ?? [])
    .filter((entry) => entry.eventType === eventType && entry.result === 'SUCCESS')
    .filter((entry) => entry.targetIds.includes(situation.userId) && (since === null || entry.at >= since))
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0]
}

export const resendActivation = remediation({
  id: 'resend_activation',
  title: 'Send a new activation mail',
  call: 'POST /api/v1/users/{id}/lifecycle/reactivate?sendEmail=true',
  permission: 'okta.users.lifecycle.activate',
  undo: 'A sent mail cannot be called back. Its link ends when another is sent, when the user is suspended or deactivated, or after the org’s own limit.',
  mayNotKnow: {
    guards: ['G5', 'G4_event'],
    because:
      'Events are often too sparse to say where the attempt came from. The mail goes to the address already on file and hands nothing to the person who made the attempt.'
  },
  needs: ['user', 'history'],
  changes: ['user'],
  needsTakeoverWindow: false,
  plan: (user, situation) => notWaiting(user) ?? mailProblem(user, situation) ?? ['resendActivation', user.id],
  /** The log may lag, and a mail leaves no other trace, so `undone` cannot be proved. */
  landed: (_, situation, intendedAt) =>
    newest(situation, 'user.lifecycle.reactivate', intendedAt) ? 'done' : 'unknown',
  proof:
    'The System Log shows user.lifecycle.reactivate after the write; it is effective once the user has activated the account and enrolled in Okta Verify.'
})
