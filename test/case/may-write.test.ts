/** What an approval covers when everything has been read again right before the write. */
import t from 'tap'
import { objectionTo } from '../../src/case/act.ts'
import type { Device } from '../../src/domain/evidence.ts'
import { HOUR_MS } from '../../src/domain/time.ts'
import { unsuspendDevice } from '../../src/remediate/unsuspend-device.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { happens } from '../model/happenings.ts'
import { ANA, approveOne } from '../model/meanwhile.ts'
import { openModelWorld, type World } from '../model/world.ts'
import { device, evidenceWith, failure, situationWith } from '../remediate/situations.ts'
import { aCase, PROPOSAL_VERDICT } from './build.ts'

const PHONE = device({ id: 'guo1', status: 'SUSPENDED' })
const OTHER = device({ id: 'guo2', status: 'ACTIVE' })
const FAILURES = ['guo1', 'guo2'].map((id) => failure({ uuid: id, device: { ...failure().device, id } }))
const VERDICT = {
  ...PROPOSAL_VERDICT,
  decision: { ...PROPOSAL_VERDICT.decision, remediation: 'unsuspend_device' as const }
}
const APPROVED = aCase({
  failures: FAILURES,
  evidence: evidenceWith({ devices: [PHONE, OTHER] }),
  cause: VERDICT.cause,
  decision: VERDICT.decision,
  approval: {
    hash: 'as shown',
    by: 'ana',
    operatorId: 'x',
    provider: null,
    at: '2026-06-15T12:00:00.000Z',
    overrides: [{ guard: 'G9', because: 'ok' }]
  }
})

t.test('an approval for one phone does not lift the suspension of another', async (t) => {
  const now = (devices: readonly Device[]) =>
    objectionTo(APPROVED, VERDICT, unsuspendDevice, situationWith({ devices }, { failures: FAILURES }))
  t.equal(await now([PHONE, OTHER]), null)
  const swapped = [device({ ...PHONE, status: 'ACTIVE' }), device({ ...OTHER, status: 'SUSPENDED' })]
  t.match(await now(swapped), /unsuspendDevice guo2 instead of unsuspendDevice guo1/)
})

/** Somebody who had the one write of the day, and is in trouble again an hour later. */
async function secondTrouble(): Promise<World> {
  const world = await openModelWorld(
    {
      troubles: ['orphaned'],
      vip: false,
      stormUsers: 100,
      userWritesPerDay: 1,
      writesPerHour: 10,
      remediationWritesPerHour: 10,
      shareFloor: 5
    },
    openInMemory()
  )
  await happens(world, 'fails', 0, true)
  await atWork(world)
  await happens(world, 'gets in', 0, true)
  await atWork(world)
  world.time.advance(HOUR_MS)
  await happens(world, 'is suspended', 0, true)
  await happens(world, 'fails', 0, true)
  await atWork(world)
  return world
}

async function atWork(world: World): Promise<void> {
  await world.process.digest(10)
  for (let turn = 0; turn < 4; turn++) await world.process.work()
}

t.test('a person may allow a second write on one day, with a reason, and then it happens', async (t) => {
  const world = await secondTrouble()
  const waiting = (await world.cases()).find((c) => c.proposal)
  t.ok(waiting?.proposal?.overridesNeeded.includes('G14'), 'the cap is among what stops the machine')
  t.equal(world.org.writes.length, 1)
  await approveOne(world, 0, ANA)
  await atWork(world)
  t.equal(world.org.writes.length, 2)
  t.same(world.witness.violations, [])
})

t.test('the kill switch stops that one, too', async (t) => {
  const world = await secondTrouble()
  await approveOne(world, 0, ANA)
  await world.brake.set({ kill: { on: true, because: 'not today' } }, ANA)
  await atWork(world)
  t.equal(world.org.writes.length, 1)
  t.match(await world.cases(), [{ state: 'with_person' }, {}])
})
