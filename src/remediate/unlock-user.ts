/** Unlocks a locked account, or lifts the block on unknown devices of an active one (facts §3.2, §6.2 C2 and C7). */
import { known, type OktaUser } from '../domain/evidence.ts'
import type { Situation } from '../domain/remediation.ts'
import { NEEDS_EVERY_GUARD, remediation, stillStands } from './preconditions.ts'

/** `unlock` lifts the block on unknown devices; nothing is documented for a block on any device (facts §3.2). */
function blocksUnknownDevices(situation: Situation): boolean {
  return (known(situation.evidence.blocks) ?? []).some((block) => block.appliesTo === 'UNKNOWN_DEVICES')
}

function isLocked(user: OktaUser, situation: Situation): boolean {
  return user.status === 'LOCKED_OUT' || (user.status === 'ACTIVE' && blocksUnknownDevices(situation))
}

export const unlockUser = remediation({
  id: 'unlock_user',
  title: 'Unlock the user',
  call: 'POST /api/v1/users/{id}/lifecycle/unlock',
  permission: 'okta.users.lifecycle.unlock',
  undo: 'Okta cannot lock an account by hand. Suspend the user instead: Directory > People > the user > More Actions > Suspend.',
  mayNotKnow: NEEDS_EVERY_GUARD,
  needs: ['user', 'blocks'],
  changes: ['user', 'blocks'],
  needsTakeoverWindow: false,
  plan(user, situation) {
    // Accounts of Active Directory and other sources are unlocked at their source (facts §3.2, E0000032).
    if (user.provider !== 'OKTA') {
      return `the account comes from ${user.provider ?? 'an unknown source'}; Okta unlocks only its own accounts`
    }
    if (!isLocked(user, situation)) return `the user is ${user.status} and is not blocked from unknown devices`
    return ['unlockUser', user.id]
  },
  landed(user, situation, intendedAt) {
    if (situation.evidence.blocks.state !== 'known') return 'unknown'
    if (user.status === 'LOCKED_OUT') return stillStands(user.statusChangedAt, intendedAt)
    if (user.status !== 'ACTIVE') return 'unknown'
    // A block has no time, so an existing one may have been set again after the unlock.
    return blocksUnknownDevices(situation) ? 'unknown' : 'done'
  },
  proof:
    'Reading the user again shows the status ACTIVE and no block on unknown devices; it is effective once the user enrolls in Okta Verify.'
})
