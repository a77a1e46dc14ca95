import t from 'tap'
import type { Case } from '../../src/domain/case.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import type { Signal } from '../../src/domain/vocabulary.ts'
import { ago, device, evidenceWith, factor, failure, logEntry, NOW } from '../remediate/situations.ts'
import { viewer } from '../support/operators.ts'
import { proposed } from './cases.ts'
import { pagesWith } from './pages-with.ts'

/** The page of a case as text, its parts separated by spaces. */
async function pageOf(t: Parameters<typeof pagesWith>[0], c: Case) {
  const { as, store, deps } = await pagesWith(t, { cases: [c], clock: () => NOW })
  const vic = await as(viewer('vic'))
  const { body } = await vic.get(`/cases/${c.id}`)
  return { body, text: textOf(body), vic, store, deps }
}

function textOf(html: string): string {
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

t.test('evidence stands under the question that it answers, with its source and age', async (t) => {
  const seen = failure({ context: { ...failure().context, ip: '203.0.113.7', country: 'PT', risk: 'HIGH' } })
  const c = proposed({ failures: [seen], evidence: evidenceWith({ risk: { level: 'NONE', reason: null } }) })
  const { text } = await pageOf(t, c)
  t.match(
    text,
    /Is it really them\?.*from 203\.0\.113\.7 ?, ?PT.*by the event.*Is the account all right\?.*Which device\?/
  )
  t.match(
    text,
    /Okta rates this attempt HIGH, and the user as a whole NONE/,
    'a risk of NONE beside a guard that saw HIGH'
  )
})

t.test('a factor that was removed after the reading is not shown as active', async (t) => {
  const removed: Signal = { ...failure(), kind: 'signal', eventType: 'user.mfa.factor.deactivate', publishedAt: NOW }
  const evidence = evidenceWith({ factors: [factor({ isOktaVerify: true, type: 'signed_nonce', status: 'ACTIVE' })] })
  const old = { ...evidence, factors: { ...evidence.factors, at: ago(3 * HOUR_MS) } }
  const { text } = await pageOf(t, proposed({ evidence: old, signals: [removed] }))
  t.match(text, /Okta Verify FastPass was active/)
  t.match(text, /Since this reading: factor removed now ?\. It may be out of date/)
  t.match((await pageOf(t, proposed({ evidence: old }))).text, /Okta Verify FastPass active/)
})

t.test('a device that was only created is not called enrolled, and two failures are counted', async (t) => {
  const created = device({ id: 'guoNew', status: 'CREATED' })
  const on = (uuid: string, ms: number) =>
    failure({ uuid, publishedAt: ago(ms), device: { ...failure().device, id: 'guoNew' } })
  const c = proposed({
    evidence: evidenceWith({ devices: [created] }),
    failures: [on('one', 2 * MINUTE_MS), on('two', MINUTE_MS)]
  })
  const { body, text } = await pageOf(t, c)
  t.match(text, /registered, not enrolled/)
  t.match(body, /class="mark failed"[\s\S]*?<text [^>]*>2<\/text>/)
  t.equal(body.match(/class="mark failed"/g)?.length, 1)
})

t.test('the timeline folds ordinary events and names all others', async (t) => {
  const entry = (uuid: string, eventType: string, ms: number) =>
    logEntry({ uuid, eventType, at: plus(NOW, -ms), result: 'SUCCESS', reason: null })
  const history = [
    entry('a', 'user.authentication.sso', 3 * HOUR_MS),
    entry('b', 'user.session.start', 2 * HOUR_MS),
    { ...entry('c', 'user.lifecycle.suspend', HOUR_MS), actorId: '0oaHr', actorLogin: null, actorName: 'HR Sync' }
  ]
  const { body, text } = await pageOf(t, proposed({ evidence: evidenceWith({ history }) }))
  t.match(text, /account suspended/)
  t.match(body, /<summary>2 ordinary events since then<\/summary>/)
  t.match(body, /title="0oaHr"><bdi>HR Sync<\/bdi>/, 'who did it, by name; the id is at hand')
})

t.test('the decisions of a case show what changed from one to the next', async (t) => {
  const c = proposed()
  const { store, vic } = await pageOf(t, c)
  const decision = (patch: object) => ({
    ...{ at: NOW, kind: 'decision' as const, caseId: c.id, by: 'rule unfinished_enrollment' },
    entry: { cause: 'unknown', kind: 'ticket', mode: 'propose', guards: { G1: 'clear' }, stoppedBy: [], ...patch }
  })
  const changed = decision({ cause: 'account_suspended', guards: { G1: 'tripped' }, stoppedBy: ['G1'] })
  await store.save({ next: { ...c, version: 2 }, ledger: [decision({}), changed] })
  const text = textOf((await vic.get(`/cases/${c.id}`)).body)
  t.match(text, /2 decisions, and what changed/)
  t.match(text, /rule “unfinished enrollment” Cause: account suspended, before: .*Admin role: tripped, before: clear/)
})

t.test('the steps are printed alone, and mailed only where nothing must be verified first', async (t) => {
  const withheld = await pageOf(t, proposed())
  t.match(withheld.body, /\/steps">Print/)
  t.notMatch(withheld.body, /mailto:/)
  const { body } = await withheld.vic.get(`/cases/${proposed().id}/steps`)
  t.match(body, /<h1>Setting up Okta Verify<\/h1>[\s\S]*<ol>/)
  const cause = { id: 'app_state_stale', confidence: 'high', because: [], kbOption: 2 } as const
  const free = proposed({ state: 'with_person', proposal: null, guards: [], decision: null, cause })
  t.match((await pageOf(t, free)).body, /href="mailto:anna(%40|@)example\.com\?subject&#61;Setting%20up/)
})
