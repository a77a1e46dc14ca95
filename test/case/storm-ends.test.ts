/** What becomes of a storm's cases when it ends, however it ends. */
import t from 'tap'
import { evaluate } from '../../src/case/evaluate.ts'
import { applyResult, nextStep } from '../../src/case/machine/case.ts'
import { retry } from '../../src/case/machine/operator-commands.ts'
import { closeWithStorm, openStorm } from '../../src/case/machine/storm.ts'
import { applyVerdict } from '../../src/case/machine/verdict.ts'
import { releasePart } from '../../src/case/storms.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { decide } from '../../src/decide/decide.ts'
import type { Case } from '../../src/domain/case.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import { plus } from '../../src/domain/time.ts'
import type { Action } from '../../src/domain/vocabulary.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { comeToRest } from '../model/commands.ts'
import { happens } from '../model/happenings.ts'
import { restsWell } from '../model/invariants.ts'
import { BEN, interruptOf } from '../model/meanwhile.ts'
import { openModelWorld } from '../model/world.ts'
import { evidenceWith } from '../remediate/situations.ts'
import { NO_SIGNALS } from '../support/no-signals.ts'
import { aCase, NOW, POLICY } from './build.ts'

const CROWD = {
  troubles: ['orphaned', 'invited', 'lockedOut'],
  vip: false,
  stormUsers: 3,
  userWritesPerDay: 1,
  writesPerHour: 10,
  remediationWritesPerHour: 10,
  shareFloor: 5
} as const

const FAILING = { users: 3, common: { ip: null, asNumber: null, appVersion: null, platform: null } }
const STORM = openStorm('RE-STORM', '3 users failed.', FAILING, NOW).next

function aChild(over: Partial<Case> = {}): Case {
  return aCase({ state: 'with_person', parentId: STORM.id, watchUntil: plus(NOW, 60_000), ...over })
}

t.test('a person closes the storm while a case is joining it: nobody is left waiting unseen', async (t) => {
  const world = await openModelWorld(CROWD, openInMemory())
  for (const n of [0, 1, 2]) await happens(world, 'fails', n, true)
  await world.process.digest(10)
  // The case has been decided, as part of the storm, and is not saved yet.
  world.process.interrupt = interruptOf(world, ['close storm', 'save', 0, 0])
  await world.process.work()
  const storm = (await world.cases()).find((c) => c.storm)
  t.equal(storm?.state, 'closed')
  await comeToRest(world)
  await restsWell(world)
  t.same(
    (await world.cases()).filter((c) => c.parentId === storm?.id && c.state === 'with_person'),
    [],
    'no case waits for a storm that has ended'
  )
})

t.test('closing a storm does not close over a write whose outcome is not known', async (t) => {
  const action: Action = {
    id: 'a1',
    remediation: 'unlock_user',
    attempt: 1,
    state: 'intended',
    intendedAt: NOW,
    at: NOW,
    by: { kind: 'rule', name: 'r' },
    because: '',
    requestIds: [],
    effect: 'pending'
  }
  t.equal(closeWithStorm(aChild({ state: 'acting', actions: [action] }), STORM.id, NOW), null)
  t.match(closeWithStorm(aChild(), STORM.id, NOW)?.next, { state: 'closed' })
})

t.test('closing a storm leaves security alarms open, and closes tickets of its cases', async (t) => {
  const ticket = { system: 'local', key: 'k', url: 'http://x', state: 'open', story: 0 } as const
  t.equal(closeWithStorm(aChild({ securityAlert: 'a report' }), STORM.id, NOW), null)
  const closed = closeWithStorm(aChild({ ticket }), STORM.id, NOW)?.next
  t.equal(closed && nextStep(closed, NOW), 'close_ticket')
})

t.test('"try again" on a storm does not read the storm as if it were a person', async (t) => {
  t.match(retry(STORM, BEN, NOW), { ok: false, kind: 'wrong_state' })
})

t.test('a storm is looked at again however often the look fails', async (t) => {
  const failed = { of: 'failed', step: 'check_storm', error: 'store', because: 'away', retryAfterMs: null } as const
  let storm = STORM
  for (let tries = 1; tries <= 10; tries++) {
    storm = applyResult(storm, failed, NOW, POLICY).next
    t.not(storm.dueAt, null, `after ${tries} tries`)
  }
})

t.test("a storm's quiet case is due when its watch ends, not all the time", async (t) => {
  const quiet = aChild({ dueAt: NOW })
  t.equal(nextStep(quiet, NOW), null)
  t.equal(applyResult(quiet, { of: 'idle' }, NOW, POLICY).next.dueAt, quiet.watchUntil)
})

t.test(
  'a released case is decided as if the storm were over, and returns to it while too many users fail',
  async (t) => {
    const store = openInMemory()
    await store.save({ next: { ...STORM, version: 1 }, ledger: [] })
    await store.save({ next: aChild({ version: 1 }), ledger: [] })
    const decided: boolean[] = []
    const ask = { most: 5, because: 'a try' }
    const clock = () => NOW
    t.match(await releasePart(STORM.id, ask, { ...BEN, role: 'viewer' }, { store, clock }), { kind: 'forbidden' })
    t.match(await releasePart(STORM.id, ask, BEN, { store, clock }), { ok: true })
    const [child] = (await store.listCases({ parentId: STORM.id, limit: 1 })).cases
    t.match(child, { state: 'received', releasedAt: NOW })
    if (!child) throw new Error('no child')
    const evidence = evidenceWith()
    const policy = async () => ({ ...DEFAULT_POLICY.decide, ceiling: 'auto' as const })
    const { stormWindowMs } = DEFAULT_POLICY.decide.guards
    const deps = { policy, clock, signals: NO_SIGNALS, stormWindowMs: () => stormWindowMs }
    const seen = (input: DecideInput) => {
      decided.push(input.inStorm)
      return decide(input)
    }
    for (const c of [child, { ...child, releasedAt: null }])
      await evaluate(c, evidence, { store, decide: seen, ...deps })
    t.strictSame(decided, [false, true])
    const { verdict, hash } = await evaluate(child, evidence, { store, decide, ...deps })
    const tripped = { id: 'G8', state: 'tripped', because: 'still' } as const
    const again = { verdict: { ...verdict, guards: [tripped] }, hash, stormId: STORM.id }
    t.match(applyVerdict(child, again, NOW, POLICY).next, {
      state: 'with_person',
      parentId: STORM.id,
      releasedAt: null
    })
  }
)
