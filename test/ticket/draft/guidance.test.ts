import t from 'tap'
import { CAUSE_ADVICE } from '../../../src/decide/advice.ts'
import { CAUSE_IDS, PLATFORMS } from '../../../src/domain/vocabulary.ts'
import { guidanceFor } from '../../../src/ticket/draft/guidance.ts'

function all(...args: Parameters<typeof guidanceFor>): string {
  const { opening, steps, ifThatFails } = guidanceFor(...args)
  return [opening, ...steps, ...ifThatFails].join('\n')
}

t.test('every cause on every platform has an opening and steps, except for a deactivated account', async (t) => {
  for (const cause of CAUSE_IDS) {
    t.ok(CAUSE_ADVICE[cause].todo.length > 20, `${cause}: the agent knows what to do`)
    for (const platform of PLATFORMS) {
      const { send, opening, steps, ifThatFails } = guidanceFor(cause, platform, null)
      t.ok(opening.length > 20)
      t.equal(send, cause !== 'account_deactivated')
      t.equal(steps.length > 0, send)
      for (const list of [steps, ifThatFails])
        t.equal(new Set(list).size, list.length, `${cause} ${platform}: no step twice`)
    }
  }
})

t.test('option 2 is in the article’s order, with the store of the platform', async (t) => {
  const { steps } = guidanceFor('device_replaced', 'IOS', null)
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
