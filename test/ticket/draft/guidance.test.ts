import t from 'tap'
import { CAUSE_ADVICE } from '../../../src/decide/advice.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { EvidenceValues } from '../../../src/domain/evidence.ts'
import {
  CAUSE_IDS,
  type CauseId,
  type Confidence,
  PLATFORMS,
  type Platform,
  type RemediationId
} from '../../../src/domain/vocabulary.ts'
import { type Guidance, guidanceFor } from '../../../src/ticket/draft/guidance.ts'
import { aCase, aFailure } from '../../case/build.ts'
import { aDevice, aFactor, anAction, anEventDevice, aUser, knownEvidence } from '../../decide/build.ts'

function guidance(
  cause: CauseId,
  platform: Platform,
  repaired: RemediationId | null,
  read: Partial<EvidenceValues> = {},
  over: Partial<Case> = {}
): Guidance {
  return guidanceFor(
    aCase({
      cause: { id: cause, confidence: 'high', because: [], kbOption: null },
      failures: [aFailure({ device: anEventDevice({ platform }) })],
      actions: repaired ? [anAction({ remediation: repaired })] : [],
      evidence: knownEvidence(read),
      ...over
    })
  )
}

function all(...args: Parameters<typeof guidance>): string {
  const { opening, steps, ifThatFails } = guidance(...args)
  return [opening, ...steps, ...ifThatFails].join('\n')
}

t.test('every cause on every platform has an opening and steps, except for a deactivated account', async (t) => {
  for (const cause of CAUSE_IDS) {
    t.ok(CAUSE_ADVICE[cause].todo.length > 20, `${cause}: the agent knows what to do`)
    for (const platform of PLATFORMS) {
      const { send, opening, steps, ifThatFails } = guidance(cause, platform, null)
      t.ok(opening.length > 20)
      t.equal(send, cause !== 'account_deactivated')
      t.equal(steps.length > 0, send)
      for (const list of [steps, ifThatFails])
        t.equal(new Set(list).size, list.length, `${cause} ${platform}: no step twice`)
    }
  }
})

t.test('who may have an iPhone 15 is told to update it first', async (t) => {
  const update = /^On an iPhone 15 with iOS 17, update iOS first/
  for (const platform of ['IOS', 'unknown'] as const)
    t.match(guidance('app_state_stale', platform, null).steps[0], update)
  const named = {
    failures: [aFailure({ device: anEventDevice({ platform: 'IOS', model: 'iPhone17,1', osVersion: '18.5' }) })]
  }
  t.notMatch(all('app_state_stale', 'IOS', null, {}, named), /iPhone 15/, 'the event names the phone')
  t.notMatch(all('app_state_stale', 'ANDROID', null), /iPhone 15/)
})

t.test('a cause that is only what is left is not claimed to the user', async (t) => {
  const stale = (confidence: Confidence) =>
    guidance(
      'app_state_stale',
      'IOS',
      null,
      {},
      {
        cause: { id: 'app_state_stale', confidence, because: [], kbOption: 3 }
      }
    )
  t.match(stale('low').opening, /could not see why/)
  t.match(stale('medium').opening, /refused what the app/)
  t.same(stale('low').steps, stale('medium').steps)
})

t.test('option 2 is in the article’s order, with the store of the platform', async (t) => {
  const { steps } = guidance('device_replaced', 'IOS', null)
  const order = [/delete it/, /Uninstall/, /remove it/, /Restart/, /Date & Time/, /App Store/, /new QR code/]
  t.strictSame(
    order.map((pattern) => steps.findIndex((step) => pattern.test(step))),
    [0, 1, 2, 3, 4, 5, 6]
  )
  t.match(all('device_replaced', 'ANDROID', null), /Google Play/)
  t.match(all('device_replaced', 'WINDOWS', null), /software portal/)
  t.notMatch(all('device_replaced', 'WINDOWS', null), /QR code|phone/)
})

t.test('the user is not asked to remove what has been removed', async (t) => {
  t.match(all('enrollment_orphaned', 'IOS', null), /sign in.*another security method/i)
  t.match(all('enrollment_orphaned', 'IOS', 'remove_orphaned_enrollment'), /has been removed/)
  t.notMatch(all('enrollment_orphaned', 'IOS', 'remove_orphaned_enrollment'), /remove it/)
})

t.test('Clear Account History is for phones, with its warning, and never for computers', async (t) => {
  for (const cause of ['app_state_stale', 'unknown'] as const) {
    for (const platform of ['IOS', 'ANDROID', 'unknown'] as const) {
      t.match(all(cause, platform, null), /Clear Account History. Careful: this clears every account/)
    }
    for (const platform of ['MACOS', 'WINDOWS'] as const)
      t.notMatch(all(cause, platform, null), /Clear Account History/)
  }
})

t.test('iPhone 15 on iOS 17 gets general steps and an honest word', async (t) => {
  t.match(all('iphone15_ios17', 'IOS', null), /publishes no cure/)
})

t.test('a suspended account is told to wait until it is lifted, then to enroll', async (t) => {
  t.match(all('account_suspended', 'IOS', null), /no need to reinstall/)
  t.match(all('account_suspended', 'IOS', 'unsuspend_user'), /active again.*scan the new QR code/s)
  t.match(all('account_locked_out', 'MACOS', 'unlock_user'), /unlocked again/)
  t.match(all('sign_in_blocked', 'MACOS', 'unlock_user'), /block.*lifted/)
  t.match(all('device_suspended', 'IOS', 'unsuspend_device'), /active again/)
  t.match(all('activation_pending', 'IOS', 'resend_activation'), /just sent/)
})

t.test('jailbreak is named as the platform names it', async (t) => {
  t.match(all('device_jailbroken', 'IOS', null), /is jailbroken,/)
  t.match(all('device_jailbroken', 'ANDROID', null), /is rooted,/)
  t.match(all('device_jailbroken', 'unknown', null), /jailbroken or rooted/)
})

t.test('AD-mastered and federated accounts are never sent to Okta’s password page or an activation mail', async (t) => {
  for (const provider of ['ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL']) {
    const elsewhere = (cause: CauseId) => all(cause, 'IOS', null, { user: aUser({ provider }) })
    for (const cause of ['password_expired', 'account_recovery', 'activation_pending', 'account_locked_out'] as const) {
      t.match(elsewhere(cause), /Active Directory|LDAP directory|external identity provider/, `${cause} ${provider}`)
      t.notMatch(
        elsewhere(cause),
        /newest activation mail|newest mail from Okta|choose a new password|“Unlock account”/
      )
    }
  }
  t.match(
    all('password_expired', 'IOS', null, { user: aUser({ provider: 'OKTA' }) }),
    /choose a new password when asked/
  )
})

t.test('a second device fails while the phone works: the steps touch the failing device only', async (t) => {
  const factors = [aFactor({ deviceName: 'Dana iPhone', platform: 'IOS' })]
  for (const cause of CAUSE_IDS) {
    const told = all(cause, 'WINDOWS', null, { factors })
    if (cause === 'device_replaced' || cause === 'account_deactivated') continue
    t.notMatch(told, /find Okta Verify under Security Methods and remove it/, cause)
    t.match(told, /still works on Dana iPhone: these steps are only for the device/, cause)
  }
  t.match(all('unknown', 'WINDOWS', null, { factors }), /Leave Okta Verify in your Okta account as it is/)
  t.match(all('unknown', 'IOS', null, { factors }), /If your account|Clear Account/)
  t.notMatch(all('unknown', 'IOS', null, { factors }), /still works/, 'the iPhone itself fails')
  const undescribed = anEventDevice({ platform: 'unknown' })
  t.match(
    all('unknown', 'unknown', null, { factors }, { failures: [aFailure({ device: undescribed })] }),
    /still works on/
  )
})

t.test('an event without a platform: the record of the failing device says that it is a Windows laptop', async (t) => {
  const laptop = aDevice({ id: 'guoLAPTOP', platform: 'WINDOWS', name: 'Dana Laptop', model: 'XPS' })
  const failures = [aFailure({ device: anEventDevice({ id: 'guoLAPTOP' }) })]
  t.notMatch(all('unknown', 'unknown', null, { devices: [laptop] }, { failures }), /phone/)
})

t.test('no platform is known: steps for both, and Android has its own path', async (t) => {
  t.match(all('unknown', 'unknown', null), /On a phone: .*On a computer: /s)
  t.match(all('app_state_stale', 'ANDROID', null), /Apps, Okta Verify, Storage, Clear data/)
  t.notMatch(all('app_state_stale', 'IOS', null), /Clear data/)
})

t.test('nothing has been read yet: the usual steps', async (t) => {
  t.match(all('unknown', 'IOS', null, {}, { evidence: null, cause: null }), /usual leftovers/)
})
