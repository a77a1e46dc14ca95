/** To whom the steps are never mailed: each reason alone is enough. */
import t from 'tap'
import { addressOnFile } from '../../../src/decide/contact.ts'
import { guardTitle } from '../../../src/decide/guards/guards.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { Evidence } from '../../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, plus } from '../../../src/domain/time.ts'
import { GUARD_IDS, type GuardId, type GuardState, type Signal } from '../../../src/domain/vocabulary.ts'
import { isForMail, mailObjection } from '../../../src/ticket/mail/eligibility.ts'
import { evidenceWith, failure, logEntry, NOW, seen } from '../../remediate/situations.ts'
import { caseWith } from '../draft/cases.ts'

const CAUSES = { causes: ['app_state_stale', 'device_jailbroken'] } as const

function guards(states: Partial<Record<GuardId, GuardState>> = {}): Case['guards'] {
  return GUARD_IDS.map((id) => ({ id, state: states[id] ?? 'clear', because: 'of the test' }))
}

function ready(patch: Partial<Case> = {}): Case {
  const cause = { id: 'app_state_stale', confidence: 'high', because: [], kbOption: 3 } as const
  return caseWith({ cause, guards: guards(), failures: [failure({ publishedAt: NOW })], ...patch })
}

const signal = (eventType: string): Signal => ({ ...failure({ eventType }), kind: 'signal' })

t.test('a case at rest with all guards clear may be mailed', async (t) => {
  t.equal(mailObjection(ready(), CAUSES, NOW), null)
  t.equal(mailObjection(ready({ state: 'watching' }), CAUSES, NOW), null)
  const sparse = guards({ G5: 'unknown', G4_event: 'unknown' })
  t.equal(mailObjection(ready({ guards: sparse }), CAUSES, NOW), null, 'as for the activation mail')
  const doubted = guards({ G13: 'tripped', G14: 'tripped', G16: 'unknown', G17: 'tripped' })
  t.equal(mailObjection(ready({ guards: doubted }), CAUSES, NOW), null, 'these speak of writes only')
})

t.test('any other guard that is tripped, or not known, stops it', async (t) => {
  for (const id of GUARD_IDS.filter((id) => !['G13', 'G14', 'G16', 'G17'].includes(id))) {
    t.match(
      mailObjection(ready({ guards: guards({ [id]: 'tripped' }) }), CAUSES, NOW),
      /Security|guards/,
      `${id} tripped`
    )
    if (id === 'G5' || id === 'G4_event') continue
    t.match(
      mailObjection(ready({ guards: guards({ [id]: 'unknown' }) }), CAUSES, NOW),
      `guards are not clear: ${guardTitle(id)}.`
    )
  }
  t.match(mailObjection(ready({ guards: [] }), CAUSES, NOW), /not been checked/)
})

t.test('storms, matters of Security, other causes and cases on their way are left out', async (t) => {
  t.equal(isForMail(ready({ parentId: 'RE-storm' }), CAUSES), false)
  t.equal(isForMail(ready({ cause: null }), CAUSES), false)
  t.equal(isForMail(ready(), { causes: [] }), false, 'off unless the policy names the cause')
  t.equal(isForMail(ready({ stepsAskedAt: NOW }), { causes: [] }), false, 'nor when a person asks')
  const asked = ready({ stepsAskedAt: NOW, failures: [failure({ publishedAt: plus(NOW, -3 * DAY_MS) })] })
  t.equal(
    mailObjection(asked, { causes: ['unknown'] }, NOW),
    null,
    'a person may ask for other causes and old failures'
  )
  for (const state of ['received', 'acting', 'awaiting_approval', 'resolved', 'closed'] as const)
    t.equal(isForMail(ready({ state }), CAUSES), false, state)
  t.match(mailObjection(ready({ securityAlert: 'a takeover' }), CAUSES, NOW), /Security/)
  const jailbroken = { id: 'device_jailbroken', confidence: 'high', because: [], kbOption: null } as const
  t.match(mailObjection(ready({ cause: jailbroken }), CAUSES, NOW), /Security/)
  t.match(mailObjection(ready({ user: { id: null, login: 'anna@example.com', name: null } }), CAUSES, NOW), /by id/)
})

t.test('old news, previews and profiles changed meanwhile are left out', async (t) => {
  t.match(mailObjection(ready(), CAUSES, plus(NOW, DAY_MS + 1)), /more than a day/)
  t.match(mailObjection(ready({ failures: [failure({ preview: true, publishedAt: NOW })] }), CAUSES, NOW), /preview/)
  t.match(mailObjection(ready({ signals: [signal('user.account.update_profile')] }), CAUSES, NOW), /changed/)
  t.equal(mailObjection(ready({ signals: [signal('user.mfa.factor.deactivate')] }), CAUSES, NOW), null)
})

const unknown = (retryable: boolean) => ({ state: 'unknown', at: NOW, because: 'HTTP 503', retryable }) as const

function addressWith(history: Evidence['history'], user = evidenceWith().user) {
  return addressOnFile({ user, history }, NOW)
}

t.test('the address on file counts when the log shows no change in seven days', async (t) => {
  const user = evidenceWith().user
  if (user.state !== 'known') throw new Error('the user is known')
  const email = (address: string | null) => seen({ ...user.value, email: address })
  t.same(addressWith(seen([]), email('anna@example.com')), { to: 'anna@example.com' })
  const old = logEntry({ eventType: 'user.account.update_primary_email', at: plus(NOW, -7 * DAY_MS - 1) })
  t.same(addressWith(seen([old]), email('anna@example.com')), { to: 'anna@example.com' })
  for (const type of ['user.account.update_primary_email', 'user.account.update_profile']) {
    const recent = logEntry({ eventType: type, at: plus(NOW, -7 * DAY_MS + HOUR_MS) })
    t.match(addressWith(seen([recent]), email('anna@example.com')), { to: null, because: /changed/, retryable: false })
  }
  for (const bad of [null, 'anna', 'anna@example.com, eve@example.com', 'a@b.c\r\nBcc: eve@example.com', '"a b"@c.d'])
    t.match(addressWith(seen([]), email(bad)), { to: null, retryable: false }, String(bad))
  t.match(addressWith(seen([]), seen({ ...user.value, status: 'DEPROVISIONED' })), { to: null })
})

t.test('what cannot be read is a no; asking again may help', async (t) => {
  t.match(addressWith(unknown(true)), { to: null, retryable: true })
  t.match(addressWith(unknown(false)), { to: null, retryable: false })
  t.match(addressWith({ state: 'absent', at: NOW, because: 'declared' }), { to: null, retryable: false })
  t.match(addressWith(seen([]), unknown(true)), { to: null, retryable: true })
})
