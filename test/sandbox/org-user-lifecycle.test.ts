import t from 'tap'
import { performUserAction, type UserActionName } from '../../src/sandbox/org/lifecycle.ts'
import { SYSTEM_CALLER } from '../../src/sandbox/org/log-event.ts'
import type { SandboxUser } from '../../src/sandbox/org/model.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import type { UserSeed } from '../../src/sandbox/org/seeds.ts'
import { handClock, refusalOf } from './api-client.ts'

const STATUSES = [
  'ACTIVE',
  'DEPROVISIONED',
  'LOCKED_OUT',
  'PASSWORD_EXPIRED',
  'PROVISIONED',
  'RECOVERY',
  'STAGED',
  'SUSPENDED'
]

/** What becomes of a user: the new status, or the refusal. */
function outcome(action: UserActionName, seed: UserSeed): string {
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser(seed)
  const refusal = refusalOf(() => performUserAction(org, action, user.id, SYSTEM_CALLER, true))
  return refusal === 'allowed' ? user.status : refusal
}

function outcomes(action: UserActionName): Record<string, string> {
  return Object.fromEntries(STATUSES.map((status) => [status, outcome(action, { status })]))
}

/** One answer for every status but those named. */
function otherwise(answer: string, but: Record<string, string>): Record<string, string> {
  return { ...Object.fromEntries(STATUSES.map((status) => [status, answer])), ...but }
}

t.test('each action works from its own statuses and is refused with Okta’s code from the others', async (t) => {
  t.strictSame(outcomes('unsuspend'), otherwise('400 E0000001', { SUSPENDED: 'ACTIVE' }))
  t.strictSame(outcomes('suspend'), otherwise('400 E0000001', { ACTIVE: 'SUSPENDED' }))
  t.strictSame(outcomes('unlock'), otherwise('403 E0000032', { LOCKED_OUT: 'ACTIVE' }))
  t.strictSame(outcomes('reactivate'), otherwise('403 E0000038', { PROVISIONED: 'PROVISIONED', RECOVERY: 'RECOVERY' }))
  t.strictSame(outcomes('deactivate'), otherwise('DEPROVISIONED', { DEPROVISIONED: '403 E0000038' }))
})

t.test('unlock also lifts blocks of an active user, and never touches a directory’s account', async (t) => {
  const blocks = [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }]
  t.equal(outcome('unlock', { blocks }), 'ACTIVE')
  t.equal(outcome('unlock', { blocks, providerType: 'ACTIVE_DIRECTORY' }), '403 E0000032')
  t.equal(outcome('unlock', { status: 'LOCKED_OUT', providerType: 'LDAP' }), '403 E0000032')
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser({ blocks })
  performUserAction(org, 'unlock', user.id, SYSTEM_CALLER, false)
  t.strictSame(user.blocks, [])
})

t.test('reactivation mails the user when told to, and hands out a token by default', async (t) => {
  const org = createOrg({ clock: handClock().clock, url: 'https://id.example.com' })
  const user = org.addUser({ status: 'PROVISIONED' })
  t.strictSame(performUserAction(org, 'reactivate', user.id, SYSTEM_CALLER, true), {})
  t.match(performUserAction(org, 'reactivate', user.id, SYSTEM_CALLER, false), {
    activationToken: String,
    activationUrl: /^https:\/\/id\.example\.com\/welcome\//
  })
})

t.test('every action leaves its entry in the log, with who did it and to whom', async (t) => {
  const hand = handClock()
  const org = createOrg({ clock: hand.clock })
  const entryOf = (action: UserActionName, user: SandboxUser) => {
    performUserAction(org, action, user.id, SYSTEM_CALLER, true)
    return org.log.at(-1)
  }
  const user = org.addUser({ status: 'SUSPENDED' })
  hand.move(1000)
  t.match(entryOf('unsuspend', user), {
    eventType: 'user.lifecycle.unsuspend',
    actor: { id: SYSTEM_CALLER.id },
    target: [{ id: user.id, type: 'User', alternateId: user.profile.login }],
    outcome: { result: 'SUCCESS' }
  })
  t.equal(user.statusChanged, hand.clock())
  t.match(entryOf('suspend', user), { eventType: 'user.lifecycle.suspend' })
  t.match(entryOf('deactivate', user), { eventType: 'user.lifecycle.deactivate' })
  const invited = org.addUser({ status: 'PROVISIONED' })
  t.match(entryOf('reactivate', invited), { eventType: 'user.lifecycle.reactivate' })
  const locked = org.addUser({ status: 'LOCKED_OUT' })
  t.match(entryOf('unlock', locked), { eventType: 'user.account.unlock_by_admin' })
  org.addFactor(locked.id)
  t.match(entryOf('reset_factors', locked), { eventType: 'user.mfa.factor.reset_all' })
  t.strictSame(locked.factors, [])
  const entries = org.log.length
  t.throws(() => performUserAction(org, 'unlock', locked.id, SYSTEM_CALLER, false))
  t.equal(
    refusalOf(() => performUserAction(org, 'unlock', 'nobody', SYSTEM_CALLER, false)),
    '404 E0000007'
  )
  t.equal(org.log.length, entries, 'a refusal leaves none')
})
