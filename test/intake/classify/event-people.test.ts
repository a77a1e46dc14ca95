import t from 'tap'
import { anEvent, OKTA_VERIFY, readFailure, readSignal, USER } from '../build.ts'

const ADMIN = { id: '00uADMINEXAMPLE000d7', type: 'User', alternateId: 'admin@example.com', displayName: 'Ada Admin' }
const SYSTEM = { id: 'sprEXAMPLE', type: 'SystemPrincipal', alternateId: 'system@okta.com', displayName: 'Okta System' }
const APP = { id: '0oaEXAMPLE', type: 'PublicClientAppEntity', alternateId: 'unknown', displayName: 'Some app' }
const SUBJECT = { id: USER.id, login: USER.alternateId, name: USER.displayName }
const NOBODY = { id: null, login: null, name: null }

t.test('item 6: the subject is the user among the targets, else the user who acted, else nobody', async (t) => {
  const rows: [Record<string, unknown>, unknown, boolean][] = [
    [{ actor: USER, target: [OKTA_VERIFY, USER] }, SUBJECT, false],
    [{ actor: ADMIN, target: [USER, OKTA_VERIFY] }, SUBJECT, true],
    [{ actor: SYSTEM, target: [USER] }, SUBJECT, false],
    [{ actor: APP, target: [USER] }, SUBJECT, true],
    [{ actor: null, target: [USER] }, SUBJECT, false],
    [{ actor: USER, target: [OKTA_VERIFY] }, SUBJECT, false],
    [{ actor: USER, target: null }, SUBJECT, false],
    [{ actor: USER, target: USER }, SUBJECT, false],
    [{ actor: SYSTEM, target: [OKTA_VERIFY] }, NOBODY, false],
    [{ actor: APP, target: [] }, NOBODY, false],
    [{ actor: 'dana', target: ['dana', null, 7] }, NOBODY, false],
    [{ actor: USER, target: [{ type: 'User', id: null, alternateId: 'unknown' }] }, SUBJECT, false]
  ]
  for (const [over, subject, actedForAnother] of rows) {
    const failure = readFailure(anEvent(over))
    t.same(failure.subject, subject, JSON.stringify(over))
    t.equal(failure.actedForAnother, actedForAnother, JSON.stringify(over))
  }
})

t.test('people named by login alone are compared by it, and by nothing else', async (t) => {
  const byLogin = { type: 'User', alternateId: 'dana@example.com' }
  const actedFor = (actor: unknown, target: unknown) =>
    readFailure(anEvent({ actor, target: [target] })).actedForAnother
  t.equal(actedFor({ type: 'User', alternateId: 'DANA@example.com' }, byLogin), false)
  t.equal(actedFor({ type: 'User', alternateId: 'admin@example.com' }, byLogin), true)
  t.equal(actedFor({ type: 'User', id: '00uX' }, byLogin), true, 'not comparable, so two people')
  t.equal(actedFor({ type: 'User' }, byLogin), false, 'nobody is named as actor')
})

t.test('the actor of a signal is kept beside its subject', async (t) => {
  const signal = readSignal(anEvent({ eventType: 'user.lifecycle.suspend', actor: ADMIN, target: [USER] }))
  t.same(signal.actor, { id: ADMIN.id, type: 'User', login: ADMIN.alternateId })
  t.same(signal.subject, SUBJECT)
})

t.test('names and reasons are cut and cleaned before they are kept', async (t) => {
  const nasty = `A\u0000B\u202eC\nD${'x'.repeat(2_000)}`
  const failure = readFailure(
    anEvent({ target: [{ ...USER, displayName: nasty }], outcome: { result: 'FAILURE', reason: 'cut \ud800 here' } })
  )
  t.equal(failure.subject.name?.slice(0, 8), 'A B C Dx')
  t.equal(failure.subject.name?.length, 500)
  t.equal(failure.reason, 'cut \ufffd here')
})
