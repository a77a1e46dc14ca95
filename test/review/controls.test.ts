import t from 'tap'
import { createSwitches } from '../../src/api/runtime-controls.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Activity } from '../../src/domain/store.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { effectRate, recordsByRemediation, recordsByRule } from '../../src/review/rule-records.ts'
import { ninetyDays } from '../backtest/history.ts'
import { anAction, aRepair } from '../store/build.ts'
import { approver } from '../support/operators.ts'
import { caseOf } from './cases.ts'
import { NOW, pagesWith, TOKEN } from './pages-with.ts'

const ANA = approver('ana')

t.test('the brake stops and releases with a reason, and every page says that it is on', async (t) => {
  const { as, store } = await pagesWith(t)
  const ana = await as(ANA)
  t.match((await ana.get('/brake')).body, /Writes to Okta are allowed/)
  // Any page has the button: one tap, and the reason follows.
  t.equal((await ana.send('/policy', { on: 'yes' }, '/brake')).headers.location, '/brake')
  t.match((await store.controls()).kill, { on: true, because: 'No reason given yet.' })
  t.match((await ana.get('/brake')).body, /Why were the writes stopped\?/)
  t.equal((await ana.send('/brake', { on: 'yes', because: '' })).statusCode, 422)
  t.equal((await ana.send('/brake', { on: 'yes', because: 'an incident' })).headers.location, '/brake')
  t.match(await store.controls(), { kill: { on: true, because: 'an incident', by: 'ana' } })
  for (const path of ['/', '/policy', '/activity']) t.match((await ana.get(path)).body, /The kill switch is on/)
  t.match((await ana.get('/brake')).body, /Kill switch on: no writes to Okta/)
  await ana.send('/brake', { on: 'no', because: 'all clear' })
  t.notMatch((await ana.get('/')).body, /The kill switch is on/)
  t.match(await store.ledger({ after: 0, limit: 9 }), [{ kind: 'control' }, { kind: 'control' }])
})

t.test('the safety page shows each limit with its use', async (t) => {
  const at = plus(NOW, -MINUTE_MS)
  const actions = ['unsuspend_user', 'resend_activation'] as const
  const cases = actions.map((remediation, n) =>
    caseOf(`w${n}`, { actions: [anAction({ remediation, intendedAt: plus(at, -n * HOUR_MS), at, state: 'done' })] })
  )
  const { as } = await pagesWith(t, { cases, clock: () => NOW })
  const { body } = await (await as(ANA)).get('/brake')
  const used = (what: string) => new RegExp(`${what}[^<]*</th><td[^>]*>(\\d+)</td><td[^>]*>(\\d+)`).exec(body)?.slice(1)
  t.same(used('All writes in the last hour'), ['1', '10'])
  t.same(used('Unsuspend the user, in the last hour'), ['1', '10'])
  t.same(used('Send a new activation mail, in the last hour'), ['0', '10'])
  t.same(used('All writes in 24 hours, for 0 users'), ['2', '5'])
  t.match(body, /No storm is active.*No rule is paused/s)
})

t.test('the history shows what an applied policy changed, setting by setting, as text', async (t) => {
  const { as, store } = await pagesWith(t, { clock: () => NOW })
  const hostile = '["<script>alert(1)</script>"]'
  const differences = [
    { key: 'guards.stormUsers', from: '5', to: '9' },
    { key: 'guards.trustedActorIds', from: '[]', to: hostile }
  ]
  const hashes = { hash: 'a'.repeat(64), before: 'b'.repeat(64) }
  await createSwitches(store, () => NOW).setPolicy({ text: 'guards: {}' }, 'kim', { ...hashes, differences })
  const { body } = await (await as(ANA)).get('/policy')
  t.match(body, /Policy file applied<\/strong> by <bdi>kim[\s\S]*2 settings/)
  t.match(body, /<code><bdi>guards\.stormUsers<\/bdi><\/code>: <bdi>5<\/bdi> → <bdi>9<\/bdi>/)
  t.match(body, /Policy <code>a{12}<\/code>, before it <code>b{12}<\/code>/)
  t.notMatch(body, '<script>alert')
})

t.test('modes, pauses and the ceiling are switched on the policy page', async (t) => {
  const { as, store } = await pagesWith(t)
  const ana = await as(ANA)
  const page = await ana.get('/policy')
  t.match(page.body, /id="rule-suspended"/)
  t.match(page.body, /from the policy: propose/)
  const lower = await ana.post('/policy/rules/suspended', { mode: 'observe' })
  t.match(lower.body, /Lower a mode.*propose → observe.*only shows what it would do/s)
  t.strictSame((await store.controls()).rules, {}, 'a reason is asked for both ways')
  await ana.post('/policy/rules/suspended', { mode: 'observe', because: 'looks odd' })
  t.match((await store.controls()).rules, { suspended: { mode: 'observe' } })
  await ana.send('/policy', { because: 'x' }, '/policy/rules/suspended/pause')
  t.notOk((await store.controls()).rules.suspended?.paused, 'a pause needs a reason')
  await ana.send('/policy', { because: 'looks odd' }, '/policy/rules/suspended/pause')
  t.match((await ana.get('/policy')).body, /Paused by .*ana.*looks odd/s)
  t.match((await ana.get('/brake')).body, /<code>suspended<\/code><\/a> paused .*ana.*looks odd.*Resume…/s)
  await ana.send('/policy', {}, '/policy/rules/suspended/resume')
  await ana.send('/policy', { mode: '', because: 'as before' }, '/policy/rules/suspended')
  t.strictSame((await store.controls()).rules, {})
  t.match(
    (await ana.get('/policy')).body,
    /suspended<.bdi> reset to the policy<.strong> by <bdi>ana<.bdi>: <bdi>as before/
  )
  await ana.send('/policy', { ceiling: 'propose', because: 'quiet' }, '/policy/mode')
  t.match((await ana.get('/')).body, /The ceiling over all rules is <strong>propose/)
  t.match((await ana.get('/brake')).body, /ceiling set here is <strong>propose.*No rule is paused/s)
  await ana.send('/policy', { ceiling: 'observe', because: 'quiet' }, '/policy/mode')
  for (const page of ['/', '/activity'])
    t.match(
      (await ana.get(page)).body,
      /Observing only\.<.strong> Reenroll decides and makes tickets; it writes nothing/
    )
  t.match((await ana.get('/brake')).body, /<h2 id="state">Observing only: nothing is written to Okta/)
  await ana.send('/policy', { ceiling: '', because: 'as before' }, '/policy/mode')
  t.equal((await store.controls()).ceiling, null)
  await ana.get('/policy')
  t.equal((await ana.post('/policy/rules/otherwise', { mode: 'auto' })).statusCode, 404, 'it never writes')
})

t.test('a rule shows its mode for each group, and raising it for one takes the second step too', async (t) => {
  const { as } = await pagesWith(t, { groupModes: { suspended: { Pilot: 'auto' } } })
  const ana = await as(ANA)
  t.match(
    (await ana.get('/policy')).body,
    /mode-propose">propose<\/span> <span class="pill mode-auto">auto for .*Pilot/
  )
  await ana.post('/policy/rules/suspended', { mode: 'propose', because: 'less' })
  t.match((await ana.get('/policy')).body, /mode-propose">propose for .*Pilot/)
  t.match((await ana.post('/policy/rules/suspended', { mode: '' })).body, /propose → auto/)
})

/** Two people whom the rule `activation_pending` would help, and one whom it would not. */
const PENDING = ninetyDays()
  .filter(({ id }) => ['RE-00uPend18', 'RE-00uPend19', 'RE-00uActv9'].includes(id))
  .map((c) => {
    const { decision } = caseOf('x')
    return { ...c, decision: decision && { ...decision, rule: 'activation_pending' }, openedAt: NOW }
  })

t.test('raising a mode takes a second step, with a reason and what the rule would have done', async (t) => {
  const { as, store } = await pagesWith(t, { cases: PENDING })
  const ana = await as(ANA)
  await ana.get('/policy')
  await ana.post('/policy/rules/activation_pending', { mode: 'propose', because: 'a start' })
  await ana.get('/policy')
  const ask = await ana.post('/policy/rules/activation_pending', { mode: 'auto' })
  t.match(ask.body, /activation_pending<.code>: propose → auto.*In the last 30 days it matched <a [^>]*>3 cases/s)
  t.match(ask.body, /3 of 3 cases<.strong> were decided again with this change\. Of the 3:/)
  const cases = /would have written 2 times<.strong> without approval.*RE-00uPend19.*RE-00uPend18/s
  t.match(ask.body, cases)
  t.strictSame((await store.controls()).rules, { activation_pending: { mode: 'propose' } }, 'nothing has changed yet')
  t.equal((await ana.post('/policy/rules/activation_pending', { mode: 'auto', because: 'x' })).statusCode, 422)
  t.equal(
    (await ana.post('/policy/rules/activation_pending', { mode: 'auto', because: 'two good weeks' })).statusCode,
    303
  )
  t.match((await store.controls()).rules, { activation_pending: { mode: 'auto' } })
  t.match(await store.controlChanges(1), [{ kind: 'control', entry: { because: 'two good weeks' } }])
})

t.test(
  'what a raised rule would have done names its sample: how many cases, and why others cannot be judged',
  async (t) => {
    const [pending] = PENDING
    if (!pending?.evidence) throw new Error('no case to judge')
    const { evidence } = pending
    const spared = { state: 'unknown', at: NOW, because: 'not read', retryable: false, spared: true } as const
    const copies = Array.from(
      { length: 250 },
      (_, n): Case => ({
        ...pending,
        ...{ id: `RE-COPY${n + 100}`, subjectKey: `copy ${n}` }
      })
    )
    const cases = copies.map((c, n): Case => {
      if (n % 10 === 0) return { ...c, evidence: null }
      return n % 10 === 1 ? { ...c, evidence: { ...evidence, risk: spared } } : c
    })
    const { as } = await pagesWith(t, { cases })
    const ana = await as(ANA)
    await ana.get('/policy')
    await ana.post('/policy/rules/activation_pending', { mode: 'propose', because: 'a start' })
    const { body } = await ana.post('/policy/rules/activation_pending', { mode: 'auto' })
    t.match(body, /160 of 250 cases<.strong> were decided again/)
    t.match(body, /Only the newest 200 were looked at\. 40 cases cannot be judged: /)
    t.match(body, /Okta was not read \(20\)/)
    t.match(body, /what the guards need was not read \(20\)/)
  }
)

const ACTIVITY: Activity = {
  cases: [
    { at: '2026-06-01', cause: null, rule: 'a', state: 'closed', outcome: 'nothing_to_do', count: 2 },
    { at: '2026-06-09', cause: null, rule: 'a', state: 'watching', outcome: null, count: 3 }
  ],
  writes: (['effective', 'ineffective', 'pending'] as const).map((effect, index) => ({
    at: '2026-06-09',
    rule: 'a',
    remediation: 'unlock_user' as const,
    state: 'done' as const,
    effect,
    count: 3 - index
  }))
}

t.test('what a rule did is counted by period; pending effects say nothing about the rate', async (t) => {
  t.same(recordsByRule(ACTIVITY).get('a'), { cases: 5, enrolled: 0, writes: 6, effective: 3, notEffective: 2 })
  const unlock = recordsByRemediation(ACTIVITY).get('unlock_user')
  t.equal(unlock && effectRate(unlock), '60 %')
  t.equal(effectRate({ cases: 1, enrolled: 0, writes: 1, effective: 0, notEffective: 0 }), null)
})

t.test(
  'a case closed as an attack is counted on the page of what the guards stopped; an ended one can be marked',
  async (t) => {
    const repair = aRepair({ guard: 'G7', signals: ['verification_rejected'], mode: 'auto', final: false })
    const { app, as, store } = await pagesWith(t, {
      cases: [caseOf('mallory', { repair }), caseOf('emil', { state: 'resolved' })]
    })
    const ana = await as(ANA)
    t.match((await ana.get('/policy')).body, /href="\/guards"/)
    const { id } = caseOf('mallory')
    await ana.send(`/cases/${id}/close`, { because: 'not the user', attack: 'yes' })
    t.match(await store.getCase(id), { state: 'closed', attack: true })
    const { body } = await ana.get('/guards?days=90')
    t.match(body, /only: verification rejected by the user/)
    t.match(body, new RegExp(`confirmed attack.*<summary>1</summary><a href="/cases/${id}">`, 's'))
    t.match(
      body,
      /<span class="aside">1 confirmed attack<\/span><\/td><\/tr>/,
      'as a proposal it would have been an attack'
    )
    const headers = { authorization: `Bearer ${TOKEN}` }
    const answer = await app.inject({ url: '/api/guards/report?days=90', headers })
    t.match(answer.json(), { rows: [{ guard: 'G7', became: { attack: { count: 1, cases: [id] } } }, {}] })
    t.equal((await app.inject({ url: '/api/guards/report?days=8', headers })).statusCode, 400)

    const { id: ended } = caseOf('emil')
    t.match((await ana.get(`/cases/${ended}`)).body, />It was an attack…</)
    t.match((await ana.get(`/cases/${ended}/close`)).body, /as an attack.*name="attack" value="yes"/s)
    await ana.send(`/cases/${ended}/close`, { because: 'the phone is not his', attack: 'yes' })
    t.match(await store.getCase(ended), { state: 'resolved', attack: true })
    t.match((await ana.get(`/cases/${ended}`)).body, /<h2[^>]*>It was an attack/)
  }
)
