/**
 * Which guards bind which write (DESIGN §3): every guard binds every remediation; G17 is about removed enrollments only. Two remediations tolerate context guards
 * that are *unknown*, never *tripped*, because a sparse event cannot answer them. `remediate/` repeats these rows.
 */
import { GUARD_IDS, type GuardId, type RemediationId, type RepairKind } from '../domain/vocabulary.ts'
import type { GuardFinding } from './guards/guard-result.ts'

export interface Binding {
  readonly kind: RepairKind
  readonly guards: readonly GuardId[]
  /** Guards that may be unknown, with the reason. */
  readonly mayNotKnow: { readonly guards: readonly GuardId[]; readonly because: string }
  /** What it does; completes the sentence "the machine would …". */
  readonly does: string
}

/** G17 is about enrollments of devices in use, which only one write removes. */
const EVERY_GUARD: readonly GuardId[] = GUARD_IDS.filter((id) => id !== 'G17')

const NOTHING_UNKNOWN = {
  guards: [],
  because: 'It lifts a block or lowers the user’s protection, so every guard must be known.'
} as const

export const BINDINGS: Readonly<Record<RemediationId, Binding>> = {
  unsuspend_user: { kind: 'lowering', guards: EVERY_GUARD, mayNotKnow: NOTHING_UNKNOWN, does: 'unsuspend the user' },
  unlock_user: { kind: 'lowering', guards: EVERY_GUARD, mayNotKnow: NOTHING_UNKNOWN, does: 'unlock the user' },
  resend_activation: {
    kind: 'harmless',
    guards: EVERY_GUARD,
    mayNotKnow: {
      guards: ['G5', 'G4_event'],
      because: 'A sparse event cannot answer them, and the mail only goes to the address on file.'
    },
    does: 'send the activation mail again'
  },
  remove_orphaned_enrollment: {
    kind: 'harmless',
    guards: EVERY_GUARD,
    mayNotKnow: {
      guards: ['G5', 'G4_event'],
      because: 'A sparse event cannot answer them, and only enrollments that nobody can sign in with are removed.'
    },
    does: 'remove the unfinished Okta Verify enrollment'
  },
  remove_replaced_enrollment: {
    kind: 'lowering',
    guards: GUARD_IDS,
    mayNotKnow: NOTHING_UNKNOWN,
    does: 'remove the Okta Verify enrollment of the old phone'
  },
  unsuspend_device: { kind: 'lowering', guards: EVERY_GUARD, mayNotKnow: NOTHING_UNKNOWN, does: 'unsuspend the device' }
}

/** The guards that block this write, in table order. */
export function blockingGuards(remediation: RemediationId, findings: readonly GuardFinding[]): readonly GuardFinding[] {
  const { guards, mayNotKnow } = BINDINGS[remediation]
  return findings.filter(
    ({ id, state }) =>
      guards.includes(id) && state !== 'clear' && !(state === 'unknown' && mayNotKnow.guards.includes(id))
  )
}
