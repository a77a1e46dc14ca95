import t from 'tap'
import { resendActivation } from '../../src/remediate/resend-activation.ts'
import { unlockUser } from '../../src/remediate/unlock-user.ts'
import { unsuspendUser } from '../../src/remediate/unsuspend-user.ts'
import { ago, logEntry, NOW, situationWith, user } from './situations.ts'

const INTENDED = ago(10_000)

t.test('unsuspend_user', async (t) => {
  t.test('refuses every status but SUSPENDED', async (t) => {
    for (const status of ['ACTIVE', 'DEPROVISIONED', 'STAGED', 'LOCKED_OUT', 'MISSING', 'unknown'] as const) {
      t.match(unsuspendUser.refuses(situationWith({ user: user({ status }) })), new RegExp(status))
    }
  })
  t.test('refuses while Okta moves the user to another status', async (t) => {
    const moving = user({ status: 'SUSPENDED', transitioningTo: 'DEPROVISIONED' })
    t.match(unsuspendUser.refuses(situationWith({ user: moving })), /DEPROVISIONED/)
  })
  t.test('has landed once the user is ACTIVE', async (t) => {
    t.equal(unsuspendUser.landed(situationWith({ user: user({ status: 'ACTIVE' }) }), INTENDED), 'done')
  })
  t.test('has not landed while the same suspension stands', async (t) => {
    const suspended = user({ status: 'SUSPENDED', statusChangedAt: ago(60_000) })
    t.equal(unsuspendUser.landed(situationWith({ user: suspended }), INTENDED), 'undone')
  })
  t.test('is unknown when somebody suspended the user after the write, or did something else', async (t) => {
    const again = user({ status: 'SUSPENDED', statusChangedAt: ago(1_000) })
    t.equal(unsuspendUser.landed(situationWith({ user: again }), INTENDED), 'unknown')
    const undated = user({ status: 'SUSPENDED', statusChangedAt: null })
    t.equal(unsuspendUser.landed(situationWith({ user: undated }), INTENDED), 'unknown')
    const gone = user({ status: 'DEPROVISIONED' })
    t.equal(unsuspendUser.landed(situationWith({ user: gone }), INTENDED), 'unknown')
  })
})

t.test('unlock_user', async (t) => {
  const blocked = { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }] }
  t.test('lifts a block on unknown devices of an active user', async (t) => {
    t.equal(unlockUser.refuses(situationWith(blocked)), null)
    t.match(unlockUser.refuses(situationWith()), /not blocked/)
    const any = { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] }
    t.match(unlockUser.refuses(situationWith(any)), /not blocked/)
  })
  t.test('refuses accounts that Okta does not own', async (t) => {
    for (const provider of ['ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', null]) {
      const locked = user({ status: 'LOCKED_OUT', provider })
      t.match(unlockUser.refuses(situationWith({ user: locked })), provider ?? /unknown source/)
    }
  })
  t.test('has landed once the user is ACTIVE and not blocked', async (t) => {
    t.equal(unlockUser.landed(situationWith(), INTENDED), 'done')
    t.equal(unlockUser.landed(situationWith(blocked), INTENDED), 'unknown')
  })
  t.test('has not landed while the same lock stands', async (t) => {
    const locked = user({ status: 'LOCKED_OUT', statusChangedAt: ago(60_000) })
    t.equal(unlockUser.landed(situationWith({ user: locked }), INTENDED), 'undone')
    t.equal(unlockUser.landed(situationWith({ user: user({ status: 'SUSPENDED' }) }), INTENDED), 'unknown')
  })
})

t.test('resend_activation', async (t) => {
  const pending = user({ status: 'PROVISIONED' })
  t.test('refuses RECOVERY, although Okta would take it', async (t) => {
    t.match(resendActivation.refuses(situationWith({ user: user({ status: 'RECOVERY' }) })), /RECOVERY/)
  })
  t.test('sends a mail to a new user whose activation Okta has started', async (t) => {
    t.equal(resendActivation.refuses(situationWith({ user: { ...pending, activatedAt: ago(86_400_000) } })), null)
  })
  t.test('refuses an account of a directory, which gets no activation mail', async (t) => {
    const directory = { ...pending, provider: 'ACTIVE_DIRECTORY' }
    t.match(resendActivation.refuses(situationWith({ user: directory })), /comes from ACTIVE_DIRECTORY/)
  })
  t.test('refuses a user who used the account before, or has no address', async (t) => {
    t.match(resendActivation.refuses(situationWith({ user: { ...pending, lastLoginAt: ago(1) } })), /used before/)
    t.match(resendActivation.refuses(situationWith({ user: { ...pending, passwordChangedAt: ago(1) } })), /used before/)
    t.match(resendActivation.refuses(situationWith({ user: { ...pending, email: null } })), /no e-mail/)
  })
  t.test('refuses when the address was changed', async (t) => {
    const moved = logEntry({ eventType: 'user.account.update_primary_email', at: ago(20 * 86_400_000) })
    t.match(resendActivation.refuses(situationWith({ user: pending, history: [moved] })), /address was changed/)
  })
  t.test('sends one mail a day, whoever sent the one before', async (t) => {
    const sent = (ms: number) => situationWith({ user: pending, history: [logEntry({ at: ago(ms) })] })
    t.match(resendActivation.refuses(sent(23 * 3_600_000)), /already sent/)
    t.equal(resendActivation.refuses(sent(25 * 3_600_000)), null)
  })
  t.test('has landed only when the log shows it after the intent, and is never proved undone', async (t) => {
    const after = situationWith({ user: pending, history: [logEntry({ at: ago(5_000) })] })
    t.equal(resendActivation.landed(after, INTENDED), 'done')
    const before = situationWith({ user: pending, history: [logEntry({ at: ago(60_000) })] })
    t.equal(resendActivation.landed(before, INTENDED), 'unknown')
    const failed = situationWith({ user: pending, history: [logEntry({ at: NOW, result: 'FAILURE' })] })
    t.equal(resendActivation.landed(failed, INTENDED), 'unknown')
    const other = situationWith({ user: pending, history: [logEntry({ at: NOW, targetIds: ['00uother'] })] })
    t.equal(resendActivation.landed(other, INTENDED), 'unknown')
  })
})
