import t from 'tap'
import type { AuthenticatorEnrollment } from '../../src/domain/evidence.ts'
import { removeOrphanedEnrollment } from '../../src/remediate/remove-orphaned-enrollment.ts'
import { removeReplacedEnrollment } from '../../src/remediate/remove-replaced-enrollment.ts'
import { unsuspendDevice } from '../../src/remediate/unsuspend-device.ts'
import { recordingWriter } from '../contract/remediation.ts'
import { ago, device, evidenceWith, factor, failure, NOW, situationWith, USER_ID, user } from './situations.ts'

const INTENDED = ago(10_000)
const DAY_MS = 86_400_000

function enrollment(patch: Partial<AuthenticatorEnrollment> = {}): AuthenticatorEnrollment {
  return {
    id: 'pfd1',
    key: 'okta_verify',
    status: 'ACTIVE',
    name: 'Okta Verify',
    createdAt: ago(DAY_MS),
    lastUpdatedAt: null,
    ...patch
  }
}

t.test('remove_orphaned_enrollment', async (t) => {
  const { refuses, landed, perform } = removeOrphanedEnrollment

  t.test('refuses as soon as one Okta Verify factor is active, or in a status we do not know', async (t) => {
    for (const status of ['ACTIVE', 'ENROLLED', 'SOMETHING_NEW']) {
      const factors = [factor(), factor({ id: 'opf2', type: 'signed_nonce', status, deviceName: 'Old phone' })]
      t.match(refuses(situationWith({ factors })), new RegExp(`factor on Old phone is ${status}`))
    }
  })
  t.test('ignores factors of other authenticators', async (t) => {
    const webauthn = factor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, status: 'ACTIVE' })
    t.equal(refuses(situationWith({ factors: [factor(), webauthn] })), null)
    t.match(refuses(situationWith({ factors: [webauthn] })), /no Okta Verify factor/)
  })
  t.test('refuses when an active enrollment is hidden from the factor list', async (t) => {
    t.match(refuses(situationWith({ factors: [factor()], enrollments: [enrollment()] })), /hide/)
    const pending = enrollment({ status: 'PENDING_ACTIVATION' })
    t.equal(refuses(situationWith({ factors: [factor()], enrollments: [pending] })), null)
  })
  t.test('refuses while the newest factor is fifteen minutes old or younger, however old the others are', async (t) => {
    const old = factor({ id: 'ost1', type: 'token:software:totp', createdAt: ago(2 * 3_600_000) })
    t.match(refuses(situationWith({ factors: [old, factor({ createdAt: ago(20_000) })] })), /may be making it now/)
    t.match(
      refuses(situationWith({ factors: [old, factor({ createdAt: ago(15 * 60_000) })] })),
      /enrollment is not known/
    )
    t.match(refuses(situationWith({ factors: [old, factor({ createdAt: null })] })), /not known to be older/)
    t.equal(refuses(situationWith({ factors: [old, factor({ createdAt: ago(15 * 60_000 + 1) })] })), null)
    const listed = enrollment({ status: 'PENDING_ACTIVATION', createdAt: ago(20_000) })
    t.match(refuses(situationWith({ factors: [old], enrollments: [listed] })), /may be making it now/)
  })
  t.test('refuses on a suspended device, whose enrollments come back with it', async (t) => {
    const factors = [factor({ status: 'INACTIVE' })]
    t.match(
      refuses(situationWith({ factors, devices: [device({ status: 'SUSPENDED' })] })),
      /device Phone is suspended/
    )
  })
  t.test('refuses for a user who is not active', async (t) => {
    t.match(refuses(situationWith({ factors: [factor()], user: user({ status: 'SUSPENDED' }) })), /SUSPENDED/)
  })
  t.test('removes the one factor that takes the others along', async (t) => {
    const { writer, calls } = recordingWriter()
    const factors = [
      factor({ id: 'ost1', type: 'token:software:totp' }),
      factor({ id: 'opf2', type: 'push' }),
      factor({ id: 'opf1', type: 'push' })
    ]
    await perform(writer, situationWith({ factors }))
    t.strictSame(calls, [{ method: 'unenrollFactor', args: [USER_ID, 'opf1'] }])
  })
  t.test('has landed once no factor from before the write is left', async (t) => {
    t.equal(landed(situationWith(), INTENDED), 'done')
    t.equal(
      landed(situationWith({ factors: [factor({ createdAt: NOW })] }), INTENDED),
      'done',
      'a new one may be there'
    )
    t.equal(landed(situationWith({ factors: [factor()] }), INTENDED), 'undone')
    t.equal(landed(situationWith({ factors: [factor({ createdAt: null })] }), INTENDED), 'unknown')
    t.equal(landed(situationWith({ enrollments: [enrollment()] }), INTENDED), 'unknown', 'enrollments contradict')
  })
})

t.test('remove_replaced_enrollment', async (t) => {
  const { refuses } = removeReplacedEnrollment
  const old = factor({ status: 'ACTIVE', createdAt: ago(100 * DAY_MS) })
  const key = factor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, status: 'ACTIVE' })

  t.test('refuses without another strong active factor', async (t) => {
    t.match(refuses(situationWith({ factors: [old] })), /no other strong factor/)
    t.match(refuses(situationWith({ factors: [old, { ...key, status: 'INACTIVE' }] })), /no other strong factor/)
    t.match(refuses(situationWith({ factors: [old, { ...key, type: 'sms' }] })), /no other strong factor/)
    for (const type of ['webauthn', 'u2f', 'token:hardware']) {
      t.equal(refuses(situationWith({ factors: [old, { ...key, type }] })), null)
    }
  })
  t.test('refuses when nothing is active, or the user has enrolled since the failure', async (t) => {
    t.match(refuses(situationWith({ factors: [key] })), /no active Okta Verify/)
    const fresh = factor({ id: 'opf7', status: 'ACTIVE', createdAt: ago(1_000) })
    t.match(refuses(situationWith({ factors: [old, fresh, key] })), /enrolled since.*opf7/)
    const unknownFailure = { ...situationWith({ factors: [old, key] }), failures: [] }
    t.equal(refuses(unknownFailure), null)
  })
})

t.test('unsuspend_device', async (t) => {
  const { refuses, landed } = unsuspendDevice
  const suspended = device({ status: 'SUSPENDED' })

  t.test('refuses a suspended device that no failure names', async (t) => {
    t.match(refuses(situationWith({ devices: [device({ id: 'guo7', status: 'SUSPENDED' })] })), /matches a failure/)
    t.match(refuses(situationWith({ devices: [suspended] }, { failures: [] })), /matches a failure/)
  })
  t.test('takes the serial number as a name', async (t) => {
    const named = failure({ device: { ...failure().device, id: null, serialNumber: 'C02X' } })
    const devices = [device({ id: 'guo7', status: 'SUSPENDED', serialNumber: 'C02X' })]
    t.equal(refuses({ userId: USER_ID, failures: [named], evidence: evidenceWith({ devices }), now: NOW }), null)
  })
  t.test('refuses when two match, when it is jailbroken, and for a user who is not active', async (t) => {
    const both = [failure(), failure({ device: { ...failure().device, id: 'guo2' } })]
    const devices = [suspended, device({ id: 'guo2', status: 'SUSPENDED' })]
    t.match(refuses(situationWith({ devices }, { failures: both })), /2 suspended devices/)
    t.match(refuses(situationWith({ devices: [{ ...suspended, jailbroken: true }] })), /jailbroken/)
    t.match(refuses(situationWith({ devices: [suspended], user: user({ status: 'LOCKED_OUT' }) })), /LOCKED_OUT/)
  })
  t.test('has landed once the device is active, and not while the same suspension stands', async (t) => {
    t.equal(landed(situationWith({ devices: [device()] }), INTENDED), 'done')
    t.equal(landed(situationWith({ devices: [suspended] }), INTENDED), 'undone')
    t.equal(landed(situationWith({ devices: [{ ...suspended, lastUpdatedAt: NOW }] }), INTENDED), 'unknown')
    t.equal(landed(situationWith({ devices: [device({ status: 'DEACTIVATED' })] }), INTENDED), 'unknown')
    t.equal(landed(situationWith(), INTENDED), 'unknown')
  })
})
