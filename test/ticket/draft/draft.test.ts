import t from 'tap'
import { unreadEvidence } from '../../../src/domain/evidence.ts'
import type { Challenge } from '../../../src/domain/verification.ts'
import { CASE_STATES, CAUSE_IDS } from '../../../src/domain/vocabulary.ts'
import { adminOrigin, transactionLink, userLink } from '../../../src/ticket/draft/admin-links.ts'
import { device, evidenceWith, factor, failure, logEntry, NOW, USER_ID, user } from '../../remediate/situations.ts'
import { action, caseWith, shownDraft } from './cases.ts'

t.test('the ticket tells who, what, why, who suspended, what to do and where to look', async (t) => {
  const suspend = logEntry({ eventType: 'user.lifecycle.suspend', actorLogin: 'hr@example.com', at: NOW })
  const evidence = evidenceWith({
    user: user({ status: 'SUSPENDED' }),
    history: [suspend],
    devices: [device({ status: 'SUSPENDED' })],
    factors: [factor(), factor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false, status: 'ACTIVE' })]
  })
  const { title, body, labels, severity } = shownDraft(caseWith({ evidence }))
  t.equal(title, 'Okta Verify enrollment failed for anna@example.com: account suspended')
  for (const words of [
    'Okta reported that `Anna Example`',
    'reason `invalidToken`',
    'Queue: **Identity team**',
    'option 1 of Okta’s article',
    'the status is SUSPENDED',
    'Status `SUSPENDED` since 2026-06-15 11:00 UTC',
    'Suspended 2026-06-15 12:00 UTC by `hr@example.com` (id `admin`), a `User`',
    'Device `Phone` (`guo1`): `SUSPENDED`',
    'Okta Verify `push` (`opf1`): `PENDING_ACTIVATION`',
    'Other factors: `webauthn` `ACTIVE`',
    'Nothing was written to Okta.',
    'Your Okta account is suspended',
    `https://acme-admin.okta.com/admin/user/profile/view/${USER_ID}`,
    'https://ops.example.com/cases/RE-0123456789AB',
    'identity is not verified',
    'account suspended: `user.lifecycle.suspend` `SUCCESS` by `hr@example.com`'
  ]) {
    t.ok(body.includes(words), words)
  }
  t.equal(severity, 'normal')
  t.strictSame(labels.slice(0, 3), ['reenroll', 'case:RE-0123456789AB', 'cause:account_suspended'])
})

t.test('a proposal asks for a yes and names the guards to override', async (t) => {
  const proposal = {
    hash: 'h1',
    remediation: 'unsuspend_user',
    expiresAt: '2026-06-16T00:00:00.000Z',
    overridesNeeded: ['G9']
  } as const
  const guards = [{ id: 'G9', state: 'unknown', because: 'nobody knows who suspended the user' }] as const
  const { title, body } = shownDraft(caseWith({ state: 'awaiting_approval', proposal, guards }))
  t.match(title, /to approve: Unsuspend the user$/)
  t.match(
    body,
    /before 2026-06-16 00:00 UTC: unsuspend the user\. Each of these guards needs a reason: Blocked by an untrusted actor/
  )
  t.match(body, /What stopped Reenroll from acting\n\n- G9 unknown: nobody knows who suspended the user/)
})

t.test('what was done is told with its request id, proof and way back', async (t) => {
  const watching = caseWith({ state: 'watching', watchUntil: '2026-06-16T12:00:00.000Z', actions: [action()] })
  const { body, severity } = shownDraft(watching)
  t.match(body, /\*\*Unsuspend the user\*\* \(`POST .*unsuspend`\), done, by rule `suspended_by_automation`/)
  t.match(body, /Request ids `req-9`.*Effect: pending.*To take it back: Suspend the user again/)
  t.match(body, /waits until 2026-06-16 12:00 UTC for the user to enroll/)
  t.match(body, /is active again/)
  t.equal(severity, 'low')
})

t.test('once the caller was verified, the ticket names the proof and what it does not prove', async (t) => {
  const check = logEntry({ eventType: 'user.identity_verification', actorId: USER_ID, at: NOW })
  const checked = shownDraft(caseWith({ evidence: evidenceWith({ history: [check] }) })).body
  t.match(
    checked,
    /The caller was verified 2026-06-15 12:00 UTC by `identity check of Okta` \(strong\)\. It does not prove who/
  )
  t.notMatch(checked, /identity is not verified/)
  const evidence = evidenceWith({ user: user({ managerId: '00uBOSS' }) })
  const asked: Challenge = {
    ...{ id: 'RE-0123456789AB/challenge/1', kind: 'manager', factorId: null, factor: 'mail to the manager' },
    ...{ userId: USER_ID, strength: 'weak', state: 'passed', by: { name: 'ana', operatorId: 'x', provider: null } },
    ...{ askedAt: NOW, sentAt: NOW, at: NOW, expiresAt: NOW, pollAt: null, transactionId: null, number: null },
    ...{ wrongCodes: 0, because: '', requestIds: [] }
  }
  const weak = shownDraft(caseWith({ evidence, challenges: [asked] })).body
  t.match(
    weak,
    /by `mail to the manager` \(weak\)\. An attacker may have passed it: check the person by another channel/
  )
  const refused = shownDraft(caseWith({ evidence, challenges: [asked, { ...asked, state: 'rejected' }] })).body
  t.match(refused, /\*\*The user refused the verification of the caller\.\*\* Somebody else may be calling/)
  t.notMatch(refused, /identity is not verified|was verified/)
})

t.test('evidence that is missing is named, unknown apart from absent', async (t) => {
  const risk = { state: 'absent', at: NOW, because: 'no Identity Threat Protection' } as const
  const roles = { state: 'unknown', at: NOW, because: 'Okta answered 403', retryable: false } as const
  const { body } = shownDraft(caseWith({ evidence: { ...evidenceWith(), risk, roles } }))
  t.match(body, /\*\*roles\*\* could not be read: Okta answered 403/)
  t.match(body, /\*\*risk\*\* is declared absent in the policy: no Identity/)
})

t.test('signs of an attack go to Security, with a warning over the steps', async (t) => {
  const guards = [{ id: 'G3', state: 'tripped', because: 'the user reported suspicious activity' }] as const
  const { title, body, severity } = shownDraft(caseWith({ guards }))
  t.equal(severity, 'security')
  t.match(title, /^\[Security\] /)
  t.match(body, /Queue: \*\*Security\*\*/)
  t.match(body, /Send this only after Security has cleared the user/)
  const admin = [{ id: 'G1', state: 'tripped', because: 'an admin' }] as const
  t.equal(shownDraft(caseWith({ guards: admin })).severity, 'high')
})

t.test('an alarm after our write goes to Security, whatever else became of the case', async (t) => {
  for (const state of ['with_person', 'resolved'] as const) {
    const draft = shownDraft(caseWith({ state, securityAlert: 'A new factor was enrolled through an anonymiser' }))
    t.equal(draft.severity, 'security')
    t.match(draft.title, /^\[Security\].*signs of a takeover$/)
    t.match(draft.body, /Possible takeover: A new factor was enrolled through an anonymiser/)
  }
})

t.test('a storm is one ticket that tells how many and why, and its children point to it', async (t) => {
  const storm = {
    since: NOW,
    lastSeenAt: NOW,
    users: 12,
    because: '12 users failed within 10 min.',
    releasedAt: null,
    children: { all: 12, open: 11 }
  }
  const guards = [{ id: 'G8', state: 'tripped', because: storm.because }] as const
  const nobody = { id: null, login: null, name: null }
  const parent = caseWith({ user: nobody, failures: [], evidence: null, cause: null, decision: null, guards, storm })
  const on = shownDraft(parent)
  t.equal(on.severity, 'high')
  t.match(on.title, /many users at once: 12 users$/)
  t.match(on.body, /12 users failed within 10 min\. The last failure was 2026-06-15 12:00 UTC; it is not over/)
  t.match(on.body, /12 cases belong to it, 11 of them open/)
  const over = shownDraft({ ...parent, storm: { ...storm, releasedAt: NOW } })
  t.match(over.title, /\(over\)$/)
  t.match(over.body, /It ended 2026-06-15 12:00 UTC/)
  t.match(shownDraft(caseWith({ parentId: 'RE-STORM' })).body, /\[The storm RE-STORM .*cases\/RE-STORM\)/)
})

t.test('no steps are sent for a deactivated account, and none once the case is over', async (t) => {
  const left = { id: 'account_deactivated', confidence: 'high', because: [], kbOption: null } as const
  t.match(shownDraft(caseWith({ cause: left })).body, /Steps for the user\n\nThe account is deactivated. Send no steps/)
  const over = shownDraft(caseWith({ state: 'resolved' }))
  t.notMatch(over.body, /Steps for the user/)
  t.match(over.title, /enrolled again$/)
  t.equal(over.severity, 'low')
})

t.test('every state and cause makes a ticket, also with nothing known about anybody', async (t) => {
  const bare = { user: { id: null, login: null, name: null }, cause: null, decision: null, guards: [] }
  for (const state of CASE_STATES) {
    for (const evidence of [null, unreadEvidence(NOW, 'not read')]) {
      const draft = shownDraft(caseWith({ ...bare, state, evidence, failures: [] }))
      t.ok(draft.title.length > 20 && draft.body.includes('## Links'))
      t.notMatch(draft.body + draft.title, /undefined|null|NaN|\[object/)
    }
  }
  for (const id of CAUSE_IDS) {
    const draft = shownDraft(caseWith({ cause: { id, confidence: 'low', because: [], kbOption: null } }))
    t.notMatch(draft.body, /undefined|NaN/)
  }
})

t.test('nothing outside the allow-list leaves: no mail address, serial number, IP address or group', async (t) => {
  const evidence = evidenceWith({
    user: user({ email: 'private@home.example' }),
    devices: [device({ serialNumber: 'SERIAL-77' })],
    groups: [{ id: '00g1', name: 'Secret project' }],
    history: [logEntry({ ip: '203.0.113.9', country: 'Elbonia' })]
  })
  const context = { ...failure().context, ip: '203.0.113.8' }
  const { title, body } = shownDraft(caseWith({ evidence, failures: [failure({ context })] }))
  for (const secret of ['private@home', 'SERIAL-77', 'Secret project', '203.0.113', 'Elbonia']) {
    t.notOk((title + body).includes(secret), secret)
  }
})

t.test('hostile text stays text and the ticket stays readable', async (t) => {
  const evil = `x\`](https://evil.example)\n# Owned\n<img src=x onerror=alert(1)> @everyone \u202E${'A'.repeat(10_000)}`
  const evidence = evidenceWith({
    user: user({ login: evil, name: evil }),
    devices: Array.from({ length: 50 }, () => device({ name: evil, model: evil, osVersion: evil })),
    factors: [factor({ deviceName: evil })],
    risk: { level: 'HIGH', reason: evil },
    roles: [{ type: evil, label: evil, assignment: null }],
    history: [logEntry({ reason: evil, actorLogin: evil, eventType: 'user.lifecycle.suspend' })]
  })
  const failures = [failure({ reason: evil, transactionId: evil, uuid: evil })]
  const guards = [{ id: 'G2', state: 'tripped', because: evil }] as const
  const cause = { id: 'account_suspended', confidence: 'high', because: [evil], kbOption: 1 } as const
  const named = { id: evil, login: evil, name: evil }
  const { title, body } = shownDraft(caseWith({ user: named, evidence, failures, guards, cause }))
  t.ok(body.length < 30_000, `${body.length} characters`)
  t.ok(title.length < 200 && !/[\n\u202E]/.test(title))
  t.notMatch(body, /\u202E/)
  t.notMatch(body, /^# Owned/m)
  t.match(body, /and 40 more devices/)
  const bare = body
    .replace(/`[^`\n]*`/g, '')
    .replace(/\\./g, '')
    .replace(/\[[^\]\n]*\]\([^)\n]*\)/g, '')
  t.notMatch(bare, /[`<[\]]/, 'outside code spans and our own links there is no markup of theirs')
  t.notMatch(bare, /@everyone/)
})

t.test('the same case makes the same text', async (t) => {
  t.strictSame(shownDraft(caseWith()), shownDraft(caseWith()))
})

t.test('the Admin Console is found on Okta’s domains and on custom ones', async (t) => {
  t.equal(adminOrigin('https://acme.okta.com'), 'https://acme-admin.okta.com')
  t.equal(adminOrigin('https://acme.oktapreview.com/'), 'https://acme-admin.oktapreview.com')
  t.equal(adminOrigin('https://acme-admin.okta.com'), 'https://acme-admin.okta.com')
  t.equal(userLink('https://id.acme.example', '00u1'), 'https://id.acme.example/admin/user/profile/view/00u1')
  t.equal(userLink('http://127.0.0.1:8080', '../x'), 'http://127.0.0.1:8080/admin/user/profile/view/..%2Fx')
  t.equal(adminOrigin('https://evilokta.com'), 'https://evilokta.com')
  t.match(transactionLink('https://acme.okta.com', 'a"b'), /search=transaction\.id%20eq%20%22ab%22$/)
})

t.test('the ticket says whether the steps were mailed, so that nobody sends them twice', async (t) => {
  const body = (result: 'sent' | 'perhaps_sent' | 'refused') =>
    shownDraft(caseWith({ mailed: { at: NOW, result } })).body
  t.match(
    body('sent'),
    /## What was done\n\n- Nothing was written to Okta\.\n- 2026-06-15 12:00 UTC The steps below were mailed/
  )
  t.match(body('perhaps_sent'), /may have been mailed/)
  t.match(body('refused'), /send them another way/)
})

t.test('a repair that a guard withholds is not advised: it comes after what must be cleared', async (t) => {
  const guards = [{ id: 'G3', state: 'tripped', because: 'the user reported suspicious activity' }] as const
  const evidence = evidenceWith({ factors: [factor({ status: 'ACTIVE', deviceName: 'Old iPhone' })] })
  const { body } = shownDraft(caseWith({ guards, evidence }))
  const [, next = ''] = /## What to do next\n([\s\S]*?)\n## Why/.exec(body) ?? []
  t.match(next, /Change nothing in Okta and send no steps before Security has cleared the user/)
  t.match(next, /Only once a person has cleared G3:\n\n- Ask the person who suspended the account/)
  t.equal(next.indexOf('unsuspend it') > next.indexOf('Only once'), true)
  t.match(next, /Okta Verify still works on `Old iPhone`: keep it/)
})
