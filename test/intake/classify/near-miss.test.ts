/** Near misses among the signals: `device.*` and `user.mfa.factor.*` are where an unlisted type would most likely turn up. */
import t from 'tap'
import { anEvent, OKTA_VERIFY, readSignal, USER } from '../build.ts'

const OV = [USER, OKTA_VERIFY]
const ofType = (eventType: string, over: Record<string, unknown> = {}) =>
  readSignal(anEvent({ eventType, target: OV, outcome: { result: 'FAILURE', reason: 'invalidToken' }, ...over }))

t.test('a failure of Okta Verify under a signal type that nobody listed is a near miss', async (t) => {
  for (const eventType of ['user.mfa.factor.enroll', 'device.enrollment.update', 'device.token.enrollment.create']) {
    t.equal(ofType(eventType).nearMiss, true, eventType)
  }
  t.equal(ofType('device.enrollment.update', { target: [USER] }).nearMiss, true, 'an invalid token is enough')
})

t.test('a signal without a failure, or without our words, is only a signal', async (t) => {
  t.notOk('nearMiss' in ofType('device.enrollment.update', { outcome: { result: 'SUCCESS' } }))
  t.notOk('nearMiss' in ofType('user.lifecycle.suspend', { target: [USER], outcome: { result: 'FAILURE' } }))
})

t.test('a type that is known to be something else is none', async (t) => {
  for (const eventType of [
    'user.mfa.factor.deactivate',
    'user.mfa.factor.reset_all',
    'user.mfa.factor.suspend',
    'user.mfa.factor.unsuspend',
    'device.custom_push.send_notification',
    'application.policy.sign_on.deny_access'
  ]) {
    t.notOk('nearMiss' in ofType(eventType), eventType)
  }
})

t.test('a failed sign-in with Okta Verify is none, since its type is listed', async (t) => {
  for (const result of ['FAILURE', 'UNANSWERED', 'ABANDONED']) {
    const debugContext = { debugData: { factorIntent: 'LOGIN', factor: 'OKTA_VERIFY_PUSH' } }
    const over = { outcome: { result }, debugContext }
    t.notOk('nearMiss' in ofType('user.authentication.auth_via_mfa', over), result)
  }
})
