/** The pages with which on-call and the help desk verify a caller. */
import t from 'tap'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import type { Challenge } from '../../src/domain/verification.ts'
import { device, evidenceWith, factor, failure, NOW, USER_ID } from '../remediate/situations.ts'
import { proposed } from './cases.ts'
import { pagesWith } from './pages-with.ts'

const ON = {
  kinds: ['push', 'sms'],
  neededFor: ['unsuspend_user'],
  least: 'medium',
  countsForMs: 15 * MINUTE_MS,
  perHour: 20,
  perOperator: 20,
  startedBy: 'approver'
} as const
const OLD = '2024-01-01T00:00:00.000Z'
const PHONE = device({ id: 'guo1', name: 'Annas iPhone' })
const TABLET = device({ id: 'guo2', name: 'Annas iPad', model: 'iPad13,1' })
const FACTORS = [
  factor({ id: 'opf1', status: 'ACTIVE', createdAt: OLD, deviceName: 'Annas iPhone' }),
  factor({ id: 'opf2', status: 'ACTIVE', createdAt: OLD, deviceName: 'Annas iPad' })
]
const FAILED = failure({ device: { ...failure().device, name: PHONE.name, model: PHONE.model, platform: 'IOS' } })

function called(challenges: readonly Challenge[] = []) {
  const c = proposed({ failures: [FAILED], challenges })
  const evidence = { ...evidenceWith({ factors: FACTORS, devices: [PHONE, TABLET] }) }
  const need = { verifiedCaller: { least: ON.least, countsForMs: ON.countsForMs } }
  return { ...c, evidence, decision: c.decision && { ...c.decision, ...need } }
}

const PUSH: Challenge = {
  ...{
    id: `${called().id}/challenge/1`,
    kind: 'push',
    factorId: 'opf2',
    factor: 'push to Annas iPad',
    userId: USER_ID
  },
  ...{ strength: 'strong', state: 'push', by: { name: 'ana', operatorId: 'x', provider: null }, wrongCodes: 0 },
  ...{ askedAt: NOW, sentAt: NOW, at: NOW, expiresAt: plus(NOW, 5 * MINUTE_MS), pollAt: plus(NOW, 4_000) },
  ...{ transactionId: 'v2mst.x', number: 72, because: '', requestIds: [] }
}
const CASE = `/cases/${called().id}`

t.test('the form offers the other device, and says why not the failing one', async (t) => {
  const { as, store } = await pagesWith(t, { cases: [called()], verification: ON })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.match((await ana.get(CASE)).body, /must be verified first[\s\S]*Not verified in this case/)
  t.match((await ana.get(`${CASE}/approve`)).body, /must be verified first/)
  const { body } = await ana.get(`${CASE}/verify`)
  t.match(body, /value="opf2" required checked> <bdi>push to Annas iPad<\/bdi> <span class="pill still">strong/)
  t.match(body, /Not possible[\s\S]*push to Annas iPhone<\/bdi>: <bdi>It is on the device that fails/)
  t.equal((await ana.send(`${CASE}/verify`, { factor: 'opf1' })).statusCode, 409)
  t.equal((await ana.send(`${CASE}/verify`, { factor: 'opf2' })).statusCode, 303)
  t.match((await ana.get(CASE)).body, /about to be sent/)
  t.match((await store.getCase(called().id))?.challenges, [{ factorId: 'opf2', state: 'asked', by: { name: 'ana' } }])
  const vic = await as({ name: 'vic', role: 'viewer' })
  t.equal((await vic.get(`${CASE}/verify`)).statusCode, 403)
})

t.test('the number of a push is shown to approvers, and to nobody else', async (t) => {
  const { as } = await pagesWith(t, { cases: [called([PUSH])], verification: ON })
  t.match((await (await as({ name: 'ana', role: 'approver' })).get(CASE)).body, /<strong class="number">72</)
  const { body } = await (await as({ name: 'vic', role: 'viewer' })).get(CASE)
  t.match(body, /waits for the caller/)
  t.notMatch(body, />72</)
  const subject = await as({ name: 'anna@example.com', role: 'approver' })
  t.notMatch((await subject.get(CASE)).body, />72</, 'nor to the user of the case')
})

t.test(
  'where the policy lets viewers verify, they start it from the report and see their own number only',
  async (t) => {
    const logins = { 'anna@example.com': USER_ID }
    const verification = { ...ON, startedBy: 'viewer' } as const
    const { as, store } = await pagesWith(t, { cases: [called()], verification, logins })
    const vic = await as({ name: 'vic', role: 'viewer' })
    t.match((await vic.get('/report?user=anna%40example.com')).body, `href="${CASE}/verify"`)
    t.match((await vic.get(CASE)).body, `href="${CASE}/verify"`)
    t.equal((await vic.send(`${CASE}/verify`, { factor: 'opf2' })).statusCode, 303)
    const asked = (await store.getCase(called().id))?.challenges?.[0]
    t.match(asked, { state: 'asked', by: { name: 'vic', role: 'viewer' } })
    t.equal((await vic.get(`${CASE}/close`)).statusCode, 403, 'nothing else')
    if (!asked) return
    const other = await pagesWith(t, { cases: [called([{ ...PUSH, by: asked.by }])], verification })
    t.match((await (await other.as({ name: 'vic', role: 'viewer' })).get(CASE)).body, /<strong class="number">72</)
    t.notMatch((await (await other.as({ name: 'vera', role: 'viewer' })).get(CASE)).body, />72<|Verify the caller…/)
  }
)

t.test('a code is entered on a page of its own; a result that counts is shown where it is approved', async (t) => {
  const waits: Challenge = { ...PUSH, kind: 'sms', factor: 'SMS to the number on file', state: 'code', number: null }
  const { as, store } = await pagesWith(t, { cases: [called([waits])], verification: ON })
  const ana = await as({ name: 'ana', role: 'approver' })
  t.match((await ana.get(CASE)).body, /Enter the code…/)
  t.equal((await ana.send(`${CASE}/code`, { code: 'x' })).statusCode, 422)
  t.equal((await ana.send(`${CASE}/code`, { code: ' 123 456 ' })).statusCode, 303)
  const c = await store.getCase(called().id)
  t.match(c?.challenges, [{ code: '123456' }])
  if (!c) return
  const passed = called([{ ...PUSH, state: 'passed', number: null }])
  const other = await pagesWith(t, { cases: [passed], verification: ON })
  const ben = await other.as({ name: 'ben', role: 'approver' })
  t.match((await ben.get(`${CASE}/approve`)).body, /The caller was verified by push to Annas iPad \(strong\)/)
  t.equal((await ben.send(`${CASE}/approve`, { override_G9: 'HR confirmed it' })).statusCode, 303)
  t.match(await other.store.getCase(called().id), {
    approval: { proof: { by: 'push' } },
    usedProofs: [{ id: PUSH.id }]
  })
})

t.test('the report page leads to it, and nothing is shown while the policy has it off', async (t) => {
  const logins = { 'anna@example.com': USER_ID }
  const on = await pagesWith(t, { cases: [called()], verification: ON, logins })
  const report = '/report?user=anna%40example.com'
  t.match(
    (await (await on.as({ name: 'ana', role: 'approver' })).get(report)).body,
    new RegExp(`href="${CASE}/verify"`)
  )
  const off = await pagesWith(t, { cases: [proposed()], logins })
  const ana = await off.as({ name: 'ana', role: 'approver' })
  for (const url of [report, CASE]) t.notMatch((await ana.get(url)).body, /Verify the caller…|The caller/)
})
