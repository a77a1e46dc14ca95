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
  t.strictSame(
    outcomes('activate'),
    otherwise('403 E0000038', { STAGED: 'PROVISIONED', DEPROVISIONED: 'PROVISIONED', ACTIVE: '403 E0000016' })
  )
  t.strictSame(outcomes('deactivate'), otherwise('DEPROVISIONED', { DEPROVISIONED: '403 E0000038' }))
})

t.test('unlock also lifts blocks of an active user, and never touches a directory’s account', async (t) => {
  const blocks = [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }]
  t.equal(outcome('unlock', { blocks }), 'ACTIVE')
  t.equal(outcome('unlock', { blocks, providerType: 'ACTIVE_DIRECTORY' }), '403 E0000032')
  t.equal(outcome('unlock', { status: 'LOCKED_OUT', providerType: 'LDAP' }), '403 E0000032')
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser({ blocks })
  performUserAction(org, 'unlock', user.id, SYSTEM_CALLER)
  t.strictSame(user.blocks, [])
})

t.test('activation in progress refuses another one', async (t) => {
  t.equal(outcome('activate', { status: 'STAGED', transitioningToStatus: 'ACTIVE' }), '409 E0000112')
  t.equal(outcome('activate', { status: 'STAGED', passwordChanged: '2026-01-01T00:00:00.000Z' }), 'ACTIVE')
})

t.test('reactivation mails the user when told to, and hands out a token by default', async (t) => {
  const org = createOrg({ clock: handClock().clock, url: 'https://id.example.com' })
  const user = org.addUser({ status: 'PROVISIONED' })
  t.strictSame(performUserAction(org, 'reactivate', user.id, SYSTEM_CALLER, true), {})
  t.match(performUserAction(org, 'reactivate', user.id, SYSTEM_CALLER), {
    activationToken: String,
    activationUrl: /^https:\/\/id\.example\.com\/welcome\//
  })
  const staged = org.addUser({ status: 'STAGED' })
  t.strictSame(performUserAction(org, 'activate', staged.id, SYSTEM_CALLER), {}, 'activation mails by default')
  t.match(org.users.get(staged.id), { status: 'PROVISIONED', activated: org.clock() }, 'set when the activation starts')
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
  const types = ['suspend', 'deactivate', 'activate', 'reactivate'].map(
    (action) => entryOf(action as UserActionName, user)?.eventType
  )
  t.strictSame(
    types,
    ['suspend', 'deactivate', 'activate', 'reactivate'].map((action) => `user.lifecycle.${action}`)
  )
  const locked = org.addUser({ status: 'LOCKED_OUT' })
  t.match(entryOf('unlock', locked), { eventType: 'user.account.unlock_by_admin' })
  org.addFactor(locked.id)
  t.match(entryOf('reset_factors', locked), { eventType: 'user.mfa.factor.reset_all' })
  t.strictSame(locked.factors, [])
  const entries = org.log.length
  t.throws(() => performUserAction(org, 'unlock', locked.id, SYSTEM_CALLER))
  t.equal(
    refusalOf(() => performUserAction(org, 'unlock', 'nobody', SYSTEM_CALLER)),
    '404 E0000007'
  )
  t.equal(org.log.length, entries, 'a refusal leaves none')
})
