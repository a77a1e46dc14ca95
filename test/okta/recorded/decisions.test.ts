/** What is decided on answers as live orgs gave them. */
import t from 'tap'
import { decide } from '../../../src/decide/decide.ts'
import type { EvidenceValues } from '../../../src/domain/evidence.ts'
import { createHookAdmin } from '../../../src/okta/event-hooks.ts'
import * as translate from '../../../src/okta/reads/translate.ts'
import { aFailure, anInput, knownEvidence } from '../../decide/build.ts'
import { DEVICES, FACTORS, GROUPS, HOOKS, RISK, ROLES, USERS } from './answers.ts'

function read<V>(translated: V | null): V {
  if (translated === null) throw new Error('the recorded answer cannot be read')
  return translated
}

/** The decision on a quiet failure of the recorded user, with other evidence replaced. */
function decided(status: keyof typeof USERS, values: Partial<EvidenceValues> = {}) {
  const user = read(translate.toUser(USERS[status].body))
  const subject = { id: user.id, login: user.login, name: user.name }
  const failures = [aFailure({ subject, actor: { id: user.id, type: 'User', login: user.login } })]
  return decide(anInput({ subject, failures, evidence: knownEvidence({ user, ...values }) }))
}

t.test('each recorded status leads to its cause', async (t) => {
  const causes = Object.keys(USERS).map((name) => [name, decided(name as keyof typeof USERS).cause.id])
  t.strictSame(Object.fromEntries(causes), {
    provisioned: 'activation_pending',
    active: 'app_state_stale',
    staged: 'account_staged',
    stagedWithPassword: 'account_staged',
    deprovisioned: 'account_deactivated',
    withoutName: 'account_suspended',
    withBlocks: 'app_state_stale'
  })
})

t.test('an activation mail goes to somebody whose activation has started, and to nobody else', async (t) => {
  t.match(decided('provisioned').decision, { kind: 'remediate', remediation: 'resend_activation', mode: 'auto' })
  for (const name of ['active', 'staged', 'stagedWithPassword', 'deprovisioned'] as const) {
    t.match(decided(name).decision, { kind: 'ticket' }, name)
  }
})

t.test('a recorded admin role, and a recorded high risk, stop the mail', async (t) => {
  const stopped = (values: Partial<EvidenceValues>) =>
    decided('provisioned', values).guards.flatMap(({ id, state }) => (state === 'tripped' ? [id] : []))
  t.match(stopped({ roles: read(translate.toRoles(ROLES.body)) }), ['G1'])
  t.match(stopped({ risk: read(translate.toRisk(RISK.body)) }), ['G2'])
  t.strictSame(stopped({ groups: read(translate.toGroups(GROUPS.body)) }), [])
})

t.test('a recorded Android phone keeps its patch level and knows nothing about management', async (t) => {
  t.match(translate.toDevices(DEVICES.body), [
    { platform: 'ANDROID', model: 'SM-S921B', osVersion: '16:2025-09-01', managed: null, jailbroken: null }
  ])
})

t.test('of recorded factors only the push is Okta Verify', async (t) => {
  t.strictSame(
    translate.toFactors(FACTORS.body)?.map(({ type, isOktaVerify }) => [type, isOktaVerify]),
    [
      ['question', false],
      ['push', true],
      ['webauthn', false]
    ]
  )
})

t.test('a recorded hook is read, unverified after its channel was changed', async (t) => {
  const answer = { body: HOOKS.body, next: null, requestId: null }
  const hooks = createHookAdmin({ requestTimeoutMs: 1, call: async () => ({ ok: true, answer }) })
  t.match(await hooks.list(), {
    hooks: [{ name: 'reenroll failures', isActive: true, isVerified: false, authKey: 'Authorization', filters: {} }]
  })
})
