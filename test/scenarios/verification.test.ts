/** Callers who are verified, and attackers who try to pass for one: no write that the policy does not allow. */
import t from 'tap'
import { createCommands } from '../../src/case/commands.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { personOf } from '../../src/domain/operator-commands.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import type { Phone } from '../../src/sandbox/org/log-event.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { past, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import {
  ANA,
  approve,
  BEN,
  caseOf,
  challenge,
  type Desk,
  openDesk,
  pass,
  passPush,
  sent,
  TABLET,
  writes
} from './caller-desk.ts'
import { settle } from './settle.ts'

t.setTimeout(100_000)

/** Most tests share one world, each with a caller of its own. */
let shared: Promise<Desk> | undefined

function sharedDesk(): Promise<Desk> {
  shared ??= openDesk(t)
  return shared
}

t.test('a push with a number to another device, then the approval', async (t) => {
  const desk = await sharedDesk()
  const { world } = desk
  const caller = await desk.caller('Polly Push')
  t.match(await approve(desk, caller), { ok: false, kind: 'incomplete', because: /must be verified first/ })
  t.same(writes(desk, caller), [])
  t.match(await challenge(desk, caller, caller.push), { ok: true })
  const [push] = await sent(desk, caller)
  const waiting = (await caseOf(desk, caller)).challenges?.[0]
  t.match(waiting, { state: 'push', strength: 'strong', number: push?.number, factor: 'push to Blue iPad' })
  const shown = await fetch(`${world.service.opsUrl}/api/cases/${caller.id}`, {
    headers: { authorization: `Bearer ${world.opsToken}` }
  })
  const json = (await shown.json()) as { challenges: object[] }
  t.match(json.challenges, [{ state: 'push', kind: 'push' }])
  t.notOk('number' in (json.challenges[0] ?? {}), 'the number is for the operator alone')
  answerPush(world.org, caller.person.id, push?.number ?? 0)
  await pass(desk, 5 * SECOND_MS)
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'passed', number: null, transactionId: null }])
  t.match(await approve(desk, caller), { ok: true })
  t.match(writes(desk, caller), [{ action: 'unlock' }])
  const lines = await world.service.store.ledger({ after: 0, limit: 1_000, caseId: caller.id })
  const said = lines.filter(({ kind }) => kind === 'verification').map(({ entry, by }) => [entry.state, by])
  t.strictSame(said, [
    ['asked', 'ana'],
    ['sending', 'reenroll'],
    ['push', 'reenroll'],
    ['passed', 'reenroll']
  ])
  t.match(lines.find(({ kind }) => kind === 'approval')?.entry, { proof: { by: 'push', strength: 'strong' } })
})

t.test('a code by SMS; a wrong one is no proof, and the third ends it', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Cody Code')
  await challenge(desk, caller, caller.sms)
  const enter = async (code: string) => {
    const answer = await desk.commands.enterCode(caller.id, { code }, ANA)
    await desk.world.service.worker.idle()
    return answer
  }
  t.match(await enter('letters'), { ok: false, kind: 'incomplete' })
  await enter('000000')
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'code', wrongCodes: 1, code: undefined }])
  const [sms] = await sent(desk, caller)
  const code = sms?.code ?? ''
  await enter(code)
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'passed', strength: 'weak' }], 'the phone fails')
  t.match(await enter(code), { ok: false }, 'the same code again')
  t.notMatch(JSON.stringify(await caseOf(desk, caller)), new RegExp(`"${code}"`), 'no code is kept')
  desk.time.advance(31 * SECOND_MS)
  await challenge(desk, caller, caller.sms)
  for (const guess of ['111111', '222222', '333333']) await enter(guess)
  t.match((await caseOf(desk, caller)).challenges?.at(-1), { state: 'failed', because: '3 wrong codes.' })
})

t.test(
  'the attacker calls, and the user refuses the push: security, and nothing more is sent or written',
  async (t) => {
    const desk = await sharedDesk()
    const caller = await desk.caller('Vic Vishing')
    await challenge(desk, caller, caller.push)
    answerPush(desk.world.org, caller.person.id, 'no')
    await pass(desk, 5 * SECOND_MS)
    await settle(desk.world, desk.time)
    const c = await caseOf(desk, caller)
    t.match(c, { state: 'with_person', securityAlert: /refused a verification/, proposal: null })
    t.match(c.challenges, [{ state: 'rejected' }])
    t.match(await challenge(desk, caller, caller.push), { ok: false, because: /refused a verification/ })
    await desk.commands.retry(caller.id, ANA)
    await settle(desk.world, desk.time)
    const again = await caseOf(desk, caller)
    t.match(
      again.guards.find(({ id }) => id === 'G7'),
      { state: 'tripped' }
    )
    if (again.proposal) t.match(await approve(desk, caller), { ok: false })
    t.same(writes(desk, caller), [])
    const ticket = await desk.world.service.store.getTicket(c.ticket?.key ?? '')
    t.match(ticket?.body, /refused a verification/)
  }
)

t.test('fatigue: at most three challenges within an hour, over cases too', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Fay Fatigue')
  for (let i = 0; i < 2; i++) {
    t.match(await challenge(desk, caller, caller.push), { ok: true })
    t.match(await challenge(desk, caller, caller.push), { ok: false, because: /under way/ })
    await pass(desk, 6 * MINUTE_MS)
    t.match((await caseOf(desk, caller)).challenges?.at(-1), { state: 'expired' })
  }
  await challenge(desk, caller, caller.push)
  await desk.commands.close(caller.id, { because: 'wrong number' }, ANA)
  desk.time.advance(SECOND_MS)
  failEnrollment(desk.world.org, caller.person)
  await settle(desk.world, desk.time)
  const next = { ...caller, id: (await desk.world.api.newestCase(caller.person.id))?.id ?? '' }
  t.not(next.id, caller.id)
  t.match(await challenge(desk, next, caller.push), { ok: false, because: /under way/ }, 'the one of the case before')
  await pass(desk, 6 * MINUTE_MS)
  t.match(await challenge(desk, next, caller.push), { ok: false, because: /3 challenges were sent/ })
  t.equal((await sent(desk, caller)).length, 3)
  desk.time.advance(HOUR_MS)
  t.match(await challenge(desk, next, caller.push), { ok: true })
})

t.test('a stolen approver disturbs only as many people as the cap of an hour allows', async (t) => {
  const desk = await openDesk(t, { perHour: 2 })
  const callers = [await desk.caller('Una Undisturbed'), await desk.caller('Dora Disturbed')]
  for (const caller of callers) t.match(await challenge(desk, caller, caller.sms), { ok: true })
  const third = await desk.caller('Theo Third')
  await challenge(desk, third, third.sms)
  t.same(await sent(desk, third), [])
  const [refused] = (await caseOf(desk, third)).challenges ?? []
  t.match(refused, { state: 'not_sent', because: /2 challenges of all users.*verification\.perHour.*may be sent at/ })
  desk.time.advance(HOUR_MS)
  await challenge(desk, third, third.sms)
  t.equal((await sent(desk, third)).length, 1, 'an hour later the first one no longer counts')
})

t.test('a stolen session cannot use up what the other operators may send', async (t) => {
  const desk = await openDesk(t, { perHour: 20, perOperator: 2 })
  const callers = [await desk.caller('Lea Legion'), await desk.caller('Lou Legion'), await desk.caller('Lin Legion')]
  for (const caller of callers) await challenge(desk, caller, caller.sms)
  const [, , last] = callers
  if (!last) throw new Error('no caller')
  t.match((await caseOf(desk, last)).challenges, [
    {
      state: 'not_sent',
      because: /2 challenges started by ana.*verification\.perOperator.*Their next one may be sent at/
    }
  ])
  t.same(await sent(desk, last), [])
  t.match(await challenge(desk, last, last.sms, BEN), { ok: true })
  t.equal((await sent(desk, last)).length, 1, 'another operator still verifies')
  const lines = await desk.world.service.store.ledger({ after: 0, limit: 1_000, caseId: last.id })
  t.match(lines.find(({ entry }) => entry.state === 'sending')?.entry, { operator: BEN.id })
  t.same(desk.world.org.writes, [])
})

t.test('the verification of one user is none of another, and an old one is none', async (t) => {
  const desk = await openDesk(t, { least: 'strong' })
  const [ida, ted] = [await desk.caller('Ida Insider'), await desk.caller('Ted Target')]
  await passPush(desk, ida)
  t.match(await approve(desk, ted), { ok: false, because: /must be verified/ }, 'another user')
  t.match(await challenge(desk, ted, ida.push), { ok: false, kind: 'incomplete' }, 'a factor of another user')
  desk.time.advance(16 * MINUTE_MS)
  t.match(await approve(desk, ida), { ok: false, because: /at most 15 min ago/ }, 'expired')
  t.same(desk.world.org.writes, [])
})

t.test('a verification that served one proposal is replayed for another, and for the next case', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Rita Replay')
  await passPush(desk, caller)
  const before = (await caseOf(desk, caller)).proposal?.hash
  past(desk.world.org, caller.person, 'user.account.update_profile', 0, {
    debugContext: { debugData: { changedAttributes: 'mobilePhone' } }
  })
  t.match(await approve(desk, caller), { ok: true }, 'approved on what was read before')
  const changed = await caseOf(desk, caller)
  t.match(changed, { state: 'awaiting_approval', usedProofs: [{ hash: before }] })
  t.not(changed.proposal?.hash, before, 'the new phone number is one more guard to override')
  t.match(await approve(desk, caller), { ok: false, kind: 'incomplete', because: /must be verified first/ })
  await desk.commands.close(caller.id, { because: 'the next case' }, ANA)
  desk.time.advance(SECOND_MS)
  failEnrollment(desk.world.org, caller.person)
  await settle(desk.world, desk.time)
  const next = { ...caller, id: (await desk.world.api.newestCase(caller.person.id))?.id ?? '' }
  t.not(next.id, caller.id)
  t.match(await approve(desk, next), { ok: false, kind: 'incomplete', because: /must be verified first/ })
  t.same(writes(desk, caller), [])
})

t.test(
  'an attacker who enrolled a phone of their own yesterday passes the push on it, which is no proof',
  async (t) => {
    const desk = await sharedDesk()
    const caller = await desk.caller('Pia Persisted')
    const { org } = desk.world
    const yesterday = plus(desk.time.clock(), -DAY_MS)
    const own: Phone = { ...TABLET, model: 'Pixel 8', platform: 'ANDROID', displayName: 'Pia Pixel' }
    const phone = withPhone(org, { ...caller.person, phone: own }, { created: yesterday }, 'ACTIVE')
    await desk.commands.retry(caller.id, ANA)
    await settle(desk.world, desk.time)
    const factors = org.users.get(caller.person.id)?.factors ?? []
    const attackers = factors.find(({ factorType, deviceId }) => factorType === 'push' && deviceId === phone.id)
    await passPush(desk, caller, attackers?.id)
    t.match((await caseOf(desk, caller)).challenges, [{ factor: 'push to Pia Pixel', strength: 'weak' }])
    const answer = await approve(desk, caller)
    t.match(answer, { ok: false, because: /must be verified first.*The last one is weak: push to Pia Pixel/ })
    t.same(writes(desk, caller), [])
  }
)

t.test('a viewer of the help desk verifies within all caps, for this user only, and approves nothing', async (t) => {
  const desk = await openDesk(t, { startedBy: 'viewer', perHour: 3 })
  const vera = personOf('https://idp.example.com', 'vera', { name: 'vera', role: 'viewer' })
  const [ida, ted] = [await desk.caller('Ida Desk'), await desk.caller('Ted Other')]
  t.match(await challenge(desk, ida, ida.email, vera), { ok: true })
  await desk.commands.enterCode(ida.id, { code: (await sent(desk, ida))[0]?.code ?? '' }, vera)
  await desk.world.service.worker.idle()
  t.match((await caseOf(desk, ida)).challenges, [{ state: 'passed', by: { name: 'vera' } }])
  t.match(await approve(desk, ted), { ok: false, because: /must be verified/ }, 'another user')
  t.match(await approve(desk, ida, vera), { ok: false, kind: 'forbidden' })
  t.same(desk.world.org.writes, [])
  for (const caller of [ted, ted]) {
    await challenge(desk, caller, caller.sms, vera)
    await pass(desk, 6 * MINUTE_MS)
  }
  const third = await desk.caller('Theo Spammed')
  t.match(await challenge(desk, third, third.sms, vera), { ok: true })
  t.match((await caseOf(desk, third)).challenges, [{ state: 'not_sent', because: /3 challenges of all users/ }])
  t.same(await sent(desk, third), [])
  t.match(await approve(desk, ida), { ok: true })
  t.match(desk.world.org.writes, [{ userId: ida.person.id, action: 'unlock' }])
})

t.test('a viewer who may no longer verify when the challenge is due: nothing is sent', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Lola Late')
  const { decide } = DEFAULT_POLICY
  const startedBy = { ...decide.verification, kinds: ['sms'], startedBy: 'viewer' } as const
  const before = createCommands({
    ...{ store: desk.world.service.store, clock: desk.time.clock, emit: () => {} },
    policy: { ...DEFAULT_POLICY, decide: { ...decide, verification: startedBy } }
  })
  const vera = personOf('https://idp.example.com', 'vera', { name: 'vera', role: 'viewer' })
  t.match(await before.verify(caller.id, { factor: caller.sms }, vera), { ok: true })
  await desk.world.service.worker.idle()
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'not_sent', because: /now lets only approvers/ }])
  t.same(await sent(desk, caller), [])
})

t.test('what changed between the approval and the write: the factor is gone, and nothing is written', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Gus Gone')
  await challenge(desk, caller, caller.email)
  await desk.commands.enterCode(caller.id, { code: (await sent(desk, caller))[0]?.code ?? '' }, ANA)
  await desk.world.service.worker.idle()
  const user = desk.world.org.users.get(caller.person.id)
  if (user) user.factors = user.factors.filter(({ id }) => id !== caller.email)
  t.match(await approve(desk, caller), { ok: true }, 'approved on what was read before')
  t.same(writes(desk, caller), [])
  t.match((await caseOf(desk, caller)).actions, [{ state: 'refused', because: /must be verified first/ }])
})

t.test('an attacker who took over the phone number proves nothing by it', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Sim Swap')
  past(desk.world.org, caller.person, 'user.account.update_profile', HOUR_MS, {
    debugContext: { debugData: { changedAttributes: 'mobilePhone' } }
  })
  await challenge(desk, caller, caller.sms)
  await desk.commands.enterCode(caller.id, { code: (await sent(desk, caller))[0]?.code ?? '' }, ANA)
  await desk.world.service.worker.idle()
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'passed', strength: 'weak' }])
  t.match(await approve(desk, caller), { ok: false })
  t.same(writes(desk, caller), [])
})

t.test('an operator neither verifies nor approves himself, and an administrator needs two', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Otto Operator')
  const otto = personOf('https://org.okta.com', caller.person.id, { name: 'Otto', role: 'approver' })
  t.match(await challenge(desk, caller, caller.push, otto), { ok: false, kind: 'forbidden' })
  t.match(await approve(desk, caller, otto), { ok: false, kind: 'forbidden' })
  const byLogin = personOf('https://idp.example.com', 'x', { name: caller.person.login, role: 'approver' })
  t.match(await challenge(desk, caller, caller.push, byLogin), { ok: false, kind: 'forbidden' })
  const viewer = personOf('https://idp.example.com', 'v', { name: 'v', role: 'viewer' })
  t.match(await challenge(desk, caller, caller.push, viewer), { ok: false, kind: 'forbidden' })
  desk.world.org.users.get(caller.person.id)?.roles.push({
    ...{ id: 'ra9', type: 'ORG_ADMIN', label: 'Admin', assignmentType: 'USER', status: 'ACTIVE' }
  })
  await challenge(desk, caller, caller.push)
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'second_operator' }], 'the role was read right before')
  t.match(await desk.commands.confirmVerification(caller.id, ANA), { ok: false, kind: 'forbidden' })
  t.equal((await sent(desk, caller)).length, 0)
  t.match(await desk.commands.confirmVerification(caller.id, BEN), { ok: true })
  await desk.world.service.worker.idle()
  t.equal((await sent(desk, caller)).length, 1)
  t.same(writes(desk, caller), [])
})

t.test('the brakes of writes stop challenges too, and a push that may be lost is not followed', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Bea Brake')
  const { world } = desk
  const kill = (on: boolean) =>
    fetch(`${world.service.opsUrl}/api/brake`, {
      ...{ method: 'POST', body: JSON.stringify({ kill: { on, because: 'drill' } }) },
      headers: { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
    })
  await kill(true)
  await challenge(desk, caller, caller.push)
  t.match((await caseOf(desk, caller)).challenges, [{ state: 'not_sent', because: /kill switch/ }])
  await kill(false)
  world.org.faults.add({ path: '/api/v1/users/*/factors/*/verify', answer: 'drop', afterEffect: true, times: 1 })
  await challenge(desk, caller, caller.push)
  t.match((await caseOf(desk, caller)).challenges?.at(-1), { state: 'unknown' })
  t.equal((await sent(desk, caller)).length, 1)
})

t.test('Okta’s identity check counts as the strong kind', async (t) => {
  const desk = await openDesk(t, { kinds: [], least: 'strong' })
  const caller = await desk.caller('Idris Idv')
  t.match(await challenge(desk, caller, caller.push), { ok: false, because: /verification\.kinds/ }, 'off by default')
  desk.time.advance(SECOND_MS)
  past(desk.world.org, caller.person, 'user.identity_verification', 0, {
    outcome: { result: 'ALLOW', reason: 'CLAIMS_VERIFIED' }
  })
  await desk.commands.retry(caller.id, ANA)
  await settle(desk.world, desk.time)
  t.match(await approve(desk, caller), { ok: true })
  t.equal(desk.world.org.writes.length, 1)
})
