import t from 'tap'
import type { Case } from '../../src/domain/case.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { type Range, readPeriod } from '../../src/review/period.ts'
import { aRepair } from '../store/build.ts'
import { approver } from '../support/operators.ts'
import { action } from '../ticket/draft/cases.ts'
import { caseOf } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'

const ANA = approver('ana')
const BASE = caseOf('base')
const [FAILED] = BASE.failures

/** Somebody who enrolled so many minutes after the failure. */
function enrolled(user: string, minutes: number, patch: Partial<Case> = {}): Case {
  if (!FAILED) throw new Error('no failure')
  const recovery = { ...FAILED, kind: 'recovery' as const, publishedAt: plus(FAILED.publishedAt, minutes * MINUTE_MS) }
  return caseOf(user, { state: 'resolved', outcome: 'recovered_by_itself', openedAt: NOW, recovery, ...patch })
}

const stopped = (user: string, patch: Partial<Case> = {}) =>
  caseOf(user, { decision: BASE.decision && { ...BASE.decision, stoppedBy: ['G9'] }, openedAt: NOW, ...patch })

const CASES = [
  enrolled('anna', 10, { outcome: 'recovered_after_repair', actions: [action({ effect: 'effective' })] }),
  enrolled('bea', 90, { timeline: [{ at: NOW, what: 'Note: hi', by: 'olga' }] }),
  stopped('carl', { openedAt: plus(NOW, -3 * DAY_MS) }),
  stopped('dora', { state: 'resolved', outcome: 'recovered_by_itself' }),
  caseOf('old', { openedAt: plus(NOW, -20 * DAY_MS) })
]

t.test('last week is one click away: who enrolled, how fast, without whom, and what stopped repairs', async (t) => {
  const { as } = await pagesWith(t, { cases: CASES })
  const ana = await as(ANA)
  const { body } = await ana.get('/activity')
  t.match(body, /aria-current="true">7 days/)
  t.match(body, /<dt>Cases<\/dt><dd>4<\/dd>/)
  t.match(body, /<dt>Users enrolled<\/dt><dd>3 <span class="aside">75 % of the cases/)
  t.match(body, /<dd>2 <span class="aside">67 % of those enrolled; 1 after a repair/)
  t.match(body, /<dd>10 min <span class="aside">median; 90 % within 2 h/)
  t.match(body, /\d of 3 ended cases needed no person\./)
  const [, guards = ''] = /<a href="([^"]*)">By signal, and as proposals/.exec(body) ?? []
  t.match((await ana.get(guards.replace('&#61;', '='))).body, /What the guards stopped.*<strong>7 days/s)
  t.match(
    body,
    /<th scope="row">Unsuspend the user<\/th><td[^>]*>1<\/td><td[^>]*>1<\/td><td[^>]*>0<\/td><td[^>]*>100 %<\/td>/
  )
  t.match(body, /Oldest open cases.*>old<.*>carl</s)
  t.match(body, /Longest to enroll.*>bea<.*after 2 h.*>anna</s)
})

t.test('the summary says what stopped repairs, and whether the stop was right later', async (t) => {
  const repair = aRepair({ guard: 'G6', signals: ['factors_once'], mode: 'propose', final: false })
  const held = (name: string, patch: Partial<Case>) => caseOf(name, { openedAt: NOW, repair, ...patch })
  const cases = [
    held('thief', { state: 'closed', outcome: 'closed_by_person', attack: true }),
    held('alone', { state: 'resolved', outcome: 'recovered_by_itself' }),
    held('waits', { state: 'with_person' })
  ]
  const { as } = await pagesWith(t, { cases })
  const { body } = await (await as(ANA)).get('/activity')
  t.match(body, /What stopped repairs, and was it right\?/)
  t.match(body, /was right for 1 user \(a confirmed attack\) and cost 1 user nothing/)
  t.match(body, /title="G6">Recent credential change<\/span><\/th><td[^>]*><details><summary>3</)
})

t.test('every number of a chart leads to as many cases in the queue, also those inside a storm', async (t) => {
  const cases = [...CASES, caseOf('child', { parentId: 'RE-ST0RM0000000', openedAt: NOW })]
  const { as } = await pagesWith(t, { cases })
  const ana = await as(ANA)
  for (const range of ['24h', '7d', '30d', '90d', 'week']) {
    const { body } = await ana.get(`/activity?range=${range}`)
    const links = [...body.matchAll(/<a href="(\/\?[^"]*from[^"]*)"[^>]*>(\d+)<\/a>/g)]
    t.ok(links.length > 0, range)
    for (const [, href = '', count = ''] of links) {
      const queue = await ana.get(href.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code)))
      t.equal(queue.body.match(/data-row/g)?.length, Number(count), `${range} ${href}`)
    }
  }
})

t.test('the buckets fit the range, and a week runs from Monday to Sunday', async (t) => {
  const now = '2026-06-17T14:30:00.000Z'
  const ends = (range: Range) => {
    const { since, until, buckets } = readPeriod(range, now)
    return [since.slice(0, 13), until.slice(0, 13), buckets.length]
  }
  t.strictSame(ends('24h'), ['2026-06-16T15', '2026-06-17T15', 24])
  t.strictSame(ends('7d'), ['2026-06-11T00', '2026-06-18T00', 7])
  t.strictSame(ends('30d'), ['2026-05-19T00', '2026-06-18T00', 30])
  t.strictSame(ends('90d'), ['2026-03-23T00', '2026-06-22T00', 13])
  t.strictSame(ends('week'), ['2026-06-08T00', '2026-06-15T00', 7])
  t.match(readPeriod('24h', now).buckets.at(-1), { from: '2026-06-17T14', to: '2026-06-17T15', label: '14:00' })
  t.equal(readPeriod('nonsense', plus(now, HOUR_MS)).range, '7d')
})
