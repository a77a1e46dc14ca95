import t from 'tap'
import { enrollmentsOf, unenrollFactor } from '../../src/sandbox/org/enrollments.ts'
import { SYSTEM_CALLER } from '../../src/sandbox/org/log-event.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { handClock, refusalOf } from './api-client.ts'

function orgWithFactors() {
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser()
  const [old, fresh] = [org.addDevice(), org.addDevice()]
  const add = (factorType: string, deviceId: string | null = null, provider = 'OKTA') =>
    org.addFactor(user.id, { factorType, deviceId, provider })
  const factors = {
    oldPush: add('push', old.id),
    oldNonce: add('signed_nonce', old.id),
    totp: add('token:software:totp', old.id),
    freshPush: add('push', fresh.id),
    google: add('token:software:totp', null, 'GOOGLE'),
    key: add('webauthn', null, 'FIDO')
  }
  return { org, user, ...factors }
}

t.test('unenrolling a push or FastPass takes every Okta Verify method of the user along', async (t) => {
  for (const which of ['oldPush', 'oldNonce'] as const) {
    const org = orgWithFactors()
    unenrollFactor(org.org, org.user.id, org[which].id, SYSTEM_CALLER)
    t.strictSame(
      org.user.factors.map(({ id }) => id),
      [org.google.id, org.key.id],
      which
    )
    const entries = org.org.log.filter(({ eventType }) => eventType === 'user.mfa.factor.deactivate')
    t.equal(entries.length, 4, 'one log entry per method')
    t.match(entries, [{ target: [{ id: org.user.id }, { id: org[which].id, displayName: 'Okta Verify' }] }])
  }
})

t.test('unenrolling anything else takes only that', async (t) => {
  const { org, user, totp, google, key } = orgWithFactors()
  for (const factor of [totp, google, key]) unenrollFactor(org, user.id, factor.id, SYSTEM_CALLER)
  t.strictSame(
    user.factors.map(({ factorType }) => factorType),
    ['push', 'signed_nonce', 'push']
  )
  t.match(org.log, [
    {
      debugContext: { debugData: { factor: 'OKTA_SOFT_TOKEN' } },
      outcome: { reason: 'User reset OKTA_SOFT_TOKEN factor' }
    },
    { target: [{}, { displayName: 'Google Authenticator' }] },
    { target: [{}, { displayName: 'Security Key or Biometric' }] }
  ])
})

t.test('a deactivated user’s factors stay, and what is not there is not found', async (t) => {
  const { org, user, oldPush } = orgWithFactors()
  t.equal(
    refusalOf(() => unenrollFactor(org, user.id, 'opf0', SYSTEM_CALLER)),
    '404 E0000007'
  )
  t.equal(
    refusalOf(() => unenrollFactor(org, '00u0', oldPush.id, SYSTEM_CALLER)),
    '404 E0000007'
  )
  user.status = 'DEPROVISIONED'
  t.equal(
    refusalOf(() => unenrollFactor(org, user.id, oldPush.id, SYSTEM_CALLER)),
    '403 E0000038'
  )
})

t.test('enrollments show the password, each Okta Verify device and each other factor', async (t) => {
  const { user, oldPush } = orgWithFactors()
  const listed = enrollmentsOf(user)
  t.strictSame(
    listed.map(({ key }) => key),
    ['okta_password', 'okta_verify', 'okta_verify', 'google_otp', 'webauthn']
  )
  t.equal(listed[1]?.id, `pfd${oldPush.id.slice(3)}`)
  t.strictSame(
    enrollmentsOf(user).map(({ id }) => id),
    listed.map(({ id }) => id),
    'ids stay'
  )
  for (const factor of user.factors) factor.status = 'PENDING_ACTIVATION'
  t.equal(enrollmentsOf(user)[1]?.status, 'PENDING_ACTIVATION')
})
