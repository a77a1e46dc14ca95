/** What other vendors report about a user reaches the guards of that user's case, before, during and after it. */
import t from 'tap'
import { STORM_KEY } from '../../src/case/machine/storm.ts'
import { plus, SECOND_MS } from '../../src/domain/time.ts'
import { signalQuery, signalsAbout } from '../../src/intake/ssf/lookup.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned, suspended } from '../../src/sandbox/scenarios/cast.ts'
import { CAEP, openTransmitter, RISC, sessionRevoked } from '../intake/ssf/transmitter.ts'
import { manualClock } from '../support/clock.ts'
import { openTestWorld, settle } from './settle.ts'

t.test('a report about one person stops that person’s repair, and nobody else’s', async (t) => {
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const transmitter = await openTransmitter(t)
  const world = await openTestWorld(t, time, { settings: { transmitters: [transmitter.settings] } })
  const { org, service } = world
  const send = async (claims: object) => {
    const body = await transmitter.sign(time.clock(), { ...claims })
    const url = new URL('/ssf/events', service.hookUrl)
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/secevent+jwt' }, body })
    t.equal(answer.status, 202)
    await service.worker.idle()
  }
  const olivia = orphaned(org, 'Olivia Orphan')
  const oscar = orphaned(org, 'Oscar Orphan')
  const maya = orphaned(org, 'Maya Mail')
  const sue = suspended(org, 'Sue Suspended')
  Object.assign(org.users.get(maya.id)?.profile ?? {}, { email: 'maya@other.example' })

  // Before anybody fails: by login, by mail address, about a device alone, about somebody nobody knows.
  await send(sessionRevoked(olivia.login.toUpperCase()))
  await send({
    sub_id: { format: 'email', email: 'maya@other.example' },
    events: { [`${RISC}/account-disabled`]: { reason: 'hijacking' } }
  })
  const device = { format: 'complex', device: { format: 'opaque', id: 'e9297990' } }
  await send({ sub_id: device, events: { [`${CAEP}/device-compliance-change`]: { current_status: 'not-compliant' } } })
  await send(sessionRevoked('stranger@example.com'))
  for (const person of [olivia, oscar, maya, sue]) await failEnrollment(org, person)
  const cases = await settle(world, time)
  const of = (id: string) => cases.find(({ user }) => user.id === id)
  const stopped = { decision: { kind: 'ticket', stoppedBy: ['G7'] }, actions: [] }
  for (const { id } of [olivia, maya]) t.match(of(id), stopped)
  const guard = of(olivia.id)?.guards.find(({ id }) => id === 'G7')
  t.match(guard, { state: 'tripped', because: `Reported by ${transmitter.issuer}: session revoked (policy) at ` })
  t.match(of(oscar.id), { decision: { kind: 'remediate', mode: 'auto' }, actions: [{ state: 'done' }] })

  // While a proposal waits: it is decided again, and the approval of what was shown before is refused.
  const before = of(sue.id)
  t.match(before, { state: 'awaiting_approval', decision: { stoppedBy: [] } })
  time.advance(SECOND_MS)
  const changed = { credential_type: 'password', change_type: 'update' }
  const jane = { format: 'iss_sub', iss: transmitter.issuer, sub: sue.login }
  await send({ sub_id: jane, events: { [`${CAEP}/credential-change`]: changed } })
  const ask = { hash: before?.proposal?.hash ?? '', overrides: [] }
  t.equal(await world.api.approve(before?.id ?? '', ask), 409)
  const after = (await settle(world, time)).find(({ id }) => id === before?.id)
  t.match(
    after?.guards.find(({ id }) => id === 'G6'),
    { state: 'tripped', because: /credential change at/ }
  )
  t.match(
    after?.timeline.find(({ what }) => /caep/.test(what)),
    { what: /reported by http:.*123456789/ }
  )
  t.equal(after?.actions.length, 0)
  const headers = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
  t.match(guard?.because, /session revoked \(policy\)/)

  // After a repair that made enrolling easier: an alert goes to security.
  const watched = of(oscar.id)
  t.ok(watched?.vigilUntil)
  time.advance(SECOND_MS)
  await send(sessionRevoked(oscar.login))
  t.match(await service.store.getCase(watched?.id ?? ''), {
    state: 'with_person',
    securityAlert: /^session revoked \(policy\) at /
  })

  const metrics = await (await fetch(`${service.opsUrl}/metrics`)).text()
  t.match(metrics, /reenroll_ssf_requests_total\{outcome="stored"\} 6/)
  t.match(metrics, /reenroll_events_total\{source="ssf",kind="skipped"\} 4/)

  // Erased with the person.
  const now = plus(time.clock(), SECOND_MS)
  const recent = { subjectKey: `user:${olivia.id}`, ips: [], asNumbers: [], now, stormWindowMs: SECOND_MS }
  const lookUp = async (identifiers: readonly string[]) => {
    const query = { recent, stormKey: STORM_KEY, shared: signalQuery(identifiers, now) }
    return signalsAbout(identifiers, (await service.store.forDeciding(query)).shared)
  }
  t.equal((await lookUp([olivia.id, olivia.login])).length, 1)
  const body = JSON.stringify({ user: olivia.id, by: 'kim' })
  const erased = await fetch(`${service.opsUrl}/api/people/erase`, { method: 'POST', headers, body })
  t.equal(erased.status, 200)
  t.strictSame(await lookUp([olivia.id, olivia.login]), [])
})
