/** Every write that Reenroll can make in Okta. What is not in this table is never written (DESIGN §3). */
import type { EvidenceSource } from '../domain/evidence.ts'
import type { Remediation } from '../domain/remediation.ts'
import type { RemediationId } from '../domain/vocabulary.ts'
import { removeOrphanedEnrollment } from './remove-orphaned-enrollment.ts'
import { removeReplacedEnrollment } from './remove-replaced-enrollment.ts'
import { resendActivation } from './resend-activation.ts'
import { unlockUser } from './unlock-user.ts'
import { unsuspendDevice } from './unsuspend-device.ts'
import { unsuspendUser } from './unsuspend-user.ts'

/** Repairs that never run while this source is declared absent: their precondition must know it. */
export function repairsNeeding(source: EvidenceSource): readonly RemediationId[] {
  return Object.values(REMEDIATIONS).flatMap(({ id, needs }) => (needs.includes(source) ? [id] : []))
}

export const REMEDIATIONS: Readonly<Record<RemediationId, Remediation>> = {
  unsuspend_user: unsuspendUser,
  unlock_user: unlockUser,
  resend_activation: resendActivation,
  remove_orphaned_enrollment: removeOrphanedEnrollment,
  remove_replaced_enrollment: removeReplacedEnrollment,
  unsuspend_device: unsuspendDevice
}
