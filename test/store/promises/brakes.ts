/** What a store promises about beginning a write, and about the counts that guards need. */
import type { Test } from 'tap'
import type { Store } from '../../../src/domain/store.ts'
import type { Action } from '../../../src/domain/vocabulary.ts'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aDelivery, aLine, anAction, aTrace, changed, minute, NOON } from '../build.ts'

const limits = {
  now: NOON,
  controlsVersion: 0,
  userWritesPerDay: 1,
  writesPerHour: 10,
  remediationWritesPerHour: 100,
  sharePercent: 0,
  shareFloor: 100
}
const on = { on: true, because: 'a storm of failures', by: 'kim', at: NOON }

/** A new case that is about to write. */
function about(user: string, ...actions: Action[]) {
  return { next: aCase(user, { state: 'acting', actions }), ledger: [aLine({ kind: 'intent' })] }
}

async function counts(store: Store, user: string, now = NOON) {
  return store.recent({ subjectKey: `user:${user}`, ips: [], asNumbers: [], now, stormWindowMs: 600_000 })
}

export async function brakePromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('an intent is on disk, with its case and its ledger line, before the write', async (t) => {
    const store = await open(t)
    t.equal(await store.beginWrite(about('anna', anAction()), limits), 'begun')
    t.same((await store.getCase('RE-anna'))?.actions, [anAction()])
    t.same(await store.actionsSince(NOON), [{ ...anAction(), caseId: 'RE-anna' }])
    t.equal((await store.ledger({ after: 0, limit: 10 }))[0]?.kind, 'intent')
  })

  await t.test('fifty callers and a cap of ten: exactly ten begin', async (t) => {
    const store = await open(t)
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.beginWrite(about(`user-${n}`, anAction()), limits))
    )
    t.equal(all.filter((begun) => begun === 'begun').length, 10)
    t.match(all.at(-1), { refused: 'the cap for all users is reached: 10 of 10 writes in the last hour' })
    t.equal((await store.actionsSince(NOON)).length, 10)
    t.equal(await store.getCase('RE-user-49'), null, 'a refusal writes nothing')
    t.equal((await store.ledger({ after: 0, limit: 100 })).length, 10)
  })

  await t.test('a user’s own cap holds across cases', async (t) => {
    const store = await open(t)
    const first = about('anna', anAction({ state: 'done' }))
    await store.beginWrite(first, limits)
    await store.save({ next: changed(first.next, { state: 'resolved' }), ledger: [] })
    const second = { next: { ...about('anna', anAction()).next, id: 'RE-second' }, ledger: [] }
    t.match(await store.beginWrite(second, limits), { refused: /^the cap for one user is reached: 1 of 1 writes/ })
    t.equal(await store.beginWrite(second, { ...limits, now: minute(24 * 60) }), 'begun', 'a day later')
  })

  await t.test('one remediation has its own cap', async (t) => {
    const store = await open(t)
    const tight = { ...limits, remediationWritesPerHour: 1 }
    t.equal(await store.beginWrite(about('anna', anAction()), tight), 'begun')
    t.match(await store.beginWrite(about('bert', anAction()), tight), {
      refused: /^the cap for one remediation is reached: 1 of 1/
    })
    const other = anAction({ remediation: 'unlock_user' })
    t.equal(await store.beginWrite(about('cleo', other), tight), 'begun', 'another remediation goes on')
  })

  await t.test('writes of a day stay a share of the users who failed, above a floor', async (t) => {
    const store = await open(t)
    const uuids = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'u8', 'u9']
    await store.receive(aDelivery(uuids))
    const events = uuids.map((uuid) => ({
      uuid,
      disposition: { kind: 'skipped', why: 'not_listed' } as const,
      trace: aTrace(`failing-${uuid}`, { publishedAt: NOON })
    }))
    await store.processEvents({ events })
    const share = { ...limits, sharePercent: 30, shareFloor: 2 }
    const begun = []
    for (const user of ['anna', 'bert', 'cleo', 'dora'])
      begun.push(await store.beginWrite(about(user, anAction()), share))
    t.same(begun.slice(0, 3), ['begun', 'begun', 'begun'], '30 % of 10 users')
    t.match(begun[3], { refused: 'the share of users is reached: 3 writes for 10 failing users in the last day' })
  })

  await t.test('only writes that happened or may have happened count', async (t) => {
    const store = await open(t)
    const of = (state: Action['state'], attempt: number) => anAction({ state, attempt })
    const actions = [of('refused', 1), of('failed', 2), of('unknown', 3), of('done', 4), of('intended', 5)]
    await store.save({ next: aCase('anna', { actions }), ledger: [] })
    t.match(await counts(store, 'anna'), { userWrites: 3, writesLastHour: 3 })
    t.match(await counts(store, 'bert'), { userWrites: 0, writesLastHour: 3 })
    t.match(await counts(store, 'anna', minute(60)), { userWrites: 3, writesLastHour: 0 })
    t.match(await counts(store, 'anna', minute(24 * 60)), { userWrites: 0, writesLastHour: 0 })
    t.same(
      (await store.actionsSince(NOON)).map((action) => action.attempt),
      [5, 4, 3, 2],
      'a refused action was never intended'
    )
  })

  await t.test('an action counts as its last save says', async (t) => {
    const store = await open(t)
    const begun = about('anna', anAction())
    await store.beginWrite(begun, limits)
    const failed = changed(begun.next, { actions: [anAction({ state: 'failed' })] })
    await store.save({ next: failed, ledger: [] })
    t.match(await counts(store, 'anna'), { userWrites: 0, writesLastHour: 0 })
  })

  await t.test('no write begins while the kill switch is on', async (t) => {
    const store = await open(t)
    const killed = { ...(await store.controls()), version: 1, kill: on }
    await store.setControls(killed, aLine({ kind: 'control' }))
    const refused = { refused: 'the kill switch is on: a storm of failures' }
    t.same(await store.beginWrite(about('anna', anAction()), limits), refused)
    t.equal(await store.getCase('RE-anna'), null)
    await store.setControls({ ...killed, version: 2, kill: { ...on, on: false } }, aLine({ kind: 'control' }))
    t.equal(await store.beginWrite(about('anna', anAction()), { ...limits, controlsVersion: 2 }), 'begun')
  })

  await t.test('a mode or a pause set since the decision stops the write that rests on the older ones', async (t) => {
    const store = await open(t)
    const rules = { device_suspended: { paused: { because: 'too many', by: 'kim' } } }
    await store.setControls({ ...(await store.controls()), version: 1, rules }, aLine({ kind: 'control' }))
    t.match(await store.beginWrite(about('anna', anAction()), limits), {
      refused: /were changed since this was decided/
    })
    t.equal(await store.getCase('RE-anna'), null)
    t.equal(await store.beginWrite(about('anna', anAction()), { ...limits, controlsVersion: 1 }), 'begun')
  })

  await t.test('a save that rests on older controls is refused, as a challenge is no write of its own', async (t) => {
    const store = await open(t)
    const write = about('anna', anAction())
    await store.setControls({ ...(await store.controls()), version: 1, kill: on }, aLine({ kind: 'control' }))
    t.equal(await store.save({ ...write, controlsVersion: 0 }), 'conflict')
    t.equal(await store.getCase('RE-anna'), null)
    t.equal(await store.save({ ...write, controlsVersion: 1 }), 'saved')
  })

  await t.test('the same attempt of the same remediation on the same case begins once', async (t) => {
    const store = await open(t)
    const first = about('anna', anAction())
    await store.beginWrite(first, limits)
    const again = { next: changed(first.next), ledger: [aLine()] }
    const wide = { ...limits, userWritesPerDay: 9 }
    t.equal(await store.beginWrite(again, wide), 'conflict')
    t.equal((await store.getCase('RE-anna'))?.version, 1)
    const second = { ...first.next, actions: [anAction({ state: 'failed' }), anAction({ attempt: 2 })] }
    t.equal(await store.beginWrite({ next: changed(second), ledger: [] }, wide), 'begun')
  })

  await t.test('a lost lease or an old version begins nothing; a held one is kept for the call', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    const next = changed(aCase('anna'), { actions: [anAction()] })
    t.equal(await store.beginWrite({ next, ledger: [], holder: 'worker-1' }, limits), 'conflict')
    await store.claimDue({ limit: 1, now: NOON, leaseMs: 60_000, holder: 'worker-1' })
    t.equal(
      await store.beginWrite({ next: { ...next, version: 1 }, ledger: [], holder: 'worker-1' }, limits),
      'conflict'
    )
    t.equal(await store.beginWrite({ next, ledger: [], holder: 'worker-1' }, limits), 'begun')
    t.same(await store.claimDue({ limit: 1, now: minute(0.5), leaseMs: 60_000, holder: 'worker-2' }), [])
    t.equal(await store.save({ next: changed(next), ledger: [], holder: 'worker-1' }), 'saved')
  })
}
