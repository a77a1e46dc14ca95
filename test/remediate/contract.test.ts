import t from 'tap'
import { BINDINGS } from '../../src/decide/bindings.ts'
import type { Situation } from '../../src/domain/remediation.ts'
import { REMEDIATION_IDS, type RemediationId } from '../../src/domain/vocabulary.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
import { type Called, remediationContract } from '../contract/remediation.ts'
import { ago, anySituation, device, factor, situationWith, USER_ID, user } from './situations.ts'

const ALLOWED: Record<RemediationId, { situation: Situation; call: Called }> = {
  unsuspend_user: {
    situation: situationWith({ user: user({ status: 'SUSPENDED' }) }),
    call: { method: 'unsuspendUser', args: [USER_ID] }
  },
  unlock_user: {
    situation: situationWith({ user: user({ status: 'LOCKED_OUT' }) }),
    call: { method: 'unlockUser', args: [USER_ID] }
  },
  resend_activation: {
    situation: situationWith({ user: user({ status: 'PROVISIONED' }) }),
    call: { method: 'resendActivation', args: [USER_ID] }
  },
  remove_orphaned_enrollment: {
    situation: situationWith({ factors: [factor({ id: 'opf9' })] }),
    call: { method: 'unenrollFactor', args: [USER_ID, 'opf9'] }
  },
  remove_replaced_enrollment: {
    situation: situationWith({
      factors: [
        factor({ id: 'opf9', status: 'ACTIVE', createdAt: ago(90 * 86_400_000) }),
        factor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, status: 'ACTIVE' })
      ]
    }),
    call: { method: 'unenrollFactor', args: [USER_ID, 'opf9'] }
  },
  unsuspend_device: {
    situation: situationWith({ devices: [device({ status: 'SUSPENDED' })] }),
    call: { method: 'unsuspendDevice', args: ['guo1'] }
  }
}

for (const id of REMEDIATION_IDS) {
  const { situation, call } = ALLOWED[id]
  remediationContract(t, { remediation: REMEDIATIONS[id], allowed: situation, expected: call, anySituation })
}

t.test('each id of the vocabulary has its remediation, and each remediation its own call', async (t) => {
  t.strictSame(Object.keys(REMEDIATIONS).sort(), [...REMEDIATION_IDS].sort())
  for (const id of REMEDIATION_IDS) t.equal(REMEDIATIONS[id].id, id)
})

t.test('only the two automatic ones may proceed with an unknown guard, and only with context guards', async (t) => {
  const lenient = REMEDIATION_IDS.filter((id) => REMEDIATIONS[id].mayNotKnow.guards.length > 0)
  t.strictSame(lenient, ['resend_activation', 'remove_orphaned_enrollment'])
  for (const id of lenient) t.strictSame(REMEDIATIONS[id].mayNotKnow.guards, ['G5', 'G4_event'])
})

t.test('after a lifted suspension or a removed factor the user is watched', async (t) => {
  const watched = REMEDIATION_IDS.filter((id) => REMEDIATIONS[id].needsTakeoverWindow)
  t.strictSame(watched, [
    'unsuspend_user',
    'remove_orphaned_enrollment',
    'remove_replaced_enrollment',
    'unsuspend_device'
  ])
})

t.test('the decision table says the same about unknown guards', async (t) => {
  for (const id of REMEDIATION_IDS) {
    t.strictSame(BINDINGS[id].mayNotKnow.guards, REMEDIATIONS[id].mayNotKnow.guards, id)
  }
})
