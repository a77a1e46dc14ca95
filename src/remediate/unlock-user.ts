/** Unlocks a locked account, or lifts the block on unknown devices of an active one (facts §3.2, §6.2 C2 and C7). */
import { known, type OktaUser } from '../domain/evidence.ts'
import type { OktaWriter } from '../domain/okta.ts'
import type { Remediation, Situation } from '../domain/remediation.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { mustNotPerform, NEEDS_EVERY_GUARD, notKnown, settledUser, stillStands } from './preconditions.ts'

const NEEDS = ['user', 'blocks'] as const

/** `unlock` lifts the block on unknown devices; nothing is documented for a block on any device (facts §3.2). */
function blocksUnknownDevices(situation: Situation): boolean {
  return (known(situation.evidence.blocks) ?? []).some((block) => block.appliesTo === 'UNKNOWN_DEVICES')
}

function refuses(situation: Situation): string | null {
  const missing = notKnown(situation.evidence, NEEDS)
  if (missing) return missing
  const user = settledUser(situation)
  if ('refused' in user) return user.refused
  // Accounts of Active Directory and other sources are unlocked at their source (facts §3.2, E0000032).
  if (user.provider !== 'OKTA') {
    return `the account comes from ${user.provider ?? 'an unknown source'}; Okta unlocks only its own accounts`
  }
  return isLocked(user, situation) ? null : `the user is ${user.status} and is not blocked from unknown devices`
}

function isLocked(user: OktaUser, situation: Situation): boolean {
  return user.status === 'LOCKED_OUT' || (user.status === 'ACTIVE' && blocksUnknownDevices(situation))
}

async function perform(okta: OktaWriter, situation: Situation) {
  const because = refuses(situation)
  if (because) throw mustNotPerform(because)
  return [await okta.unlockUser(situation.userId)]
}

function landed(situation: Situation, intendedAt: Instant): 'done' | 'undone' | 'unknown' {
  const user = settledUser(situation)
  if ('refused' in user || notKnown(situation.evidence, NEEDS)) return 'unknown'
  if (user.status === 'LOCKED_OUT') return stillStands(user.statusChangedAt, intendedAt)
  if (user.status !== 'ACTIVE') return 'unknown'
  // A block has no time, so an existing one may have been set again after the unlock.
  return blocksUnknownDevices(situation) ? 'unknown' : 'done'
}

export const unlockUser: Remediation = {
  id: 'unlock_user',
  title: 'Unlock the user',
  call: 'POST /api/v1/users/{id}/lifecycle/unlock',
  permission: 'okta.users.lifecycle.unlock',
  undo: 'Okta cannot lock an account by hand. Suspend the user instead: Directory > People > the user > More Actions > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: NEEDS,
  changes: ['user', 'blocks'],
  needsTakeoverWindow: false,
  refuses,
  perform,
  landed,
  proof:
    'Reading the user again shows the status ACTIVE and no block on unknown devices; it is effective once the user enrolls in Okta Verify.'
}
