import t, { type Test } from 'tap'
import type { PageTexts } from '../../src/config/settings/review.ts'
import type { Case } from '../../src/domain/case.ts'
import { evidenceWith, failure } from '../remediate/situations.ts'
import { routesOf } from '../support/routes.ts'
import { action } from '../ticket/draft/cases.ts'
import { HOSTILE, proposed } from './cases.ts'
import { NOW, pagesWith } from './pages-with.ts'
import { pseudoTexts } from './pseudo-texts.ts'

/** Keys of our own words. */
const OURS = ['state', 'kind', 'subjectKey', 'confidence', 'platform', 'mode', 'remediation', 'effect', 'source']

/** The sample with every text in it hostile, except for our own words that pages look up. */
function poisoned<V>(value: V, poison: string, ours = OURS): V {
  const walk = (key: string, part: unknown): unknown => {
    if (typeof part === 'string') return ours.includes(key) || keep(part) ? part : poison
    if (Array.isArray(part)) return part.map((one) => walk(key, one))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, walk(name, one)]))
  }
  return walk('', value) as V
}

function keep(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text) || /^(G\d+|RE-\w+|account_suspended|a{64})$/.test(text)
}

const SAMPLE: Case = proposed({
  failures: [failure()],
  evidence: evidenceWith(),
  considered: [{ id: 'account_suspended', confidence: 'low', because: ['x'], kbOption: 1 }],
  actions: [action()],
  ticket: { system: 'local', key: 'K', url: 'javascript:alert(1)', state: 'open', story: 1 },
  assignee: 'somebody',
  timeline: [{ at: NOW, what: 'x', by: 'x' }]
})

/** The API and files; a list for a spreadsheet is plain text (`queue.test.ts`). */
const NO_PAGES = /^\/(api|assets|metrics|livez|readyz|openapi|changes|queue\.csv|sign-in\/)/
/** All filters of all pages at once; a page takes what it knows. */
const FILTERS = ['q', 'view', 'state', 'cause', 'mode', 'since', 'user', 'id', 'subject', 'next', 'ids', 'do', 'after']
  .map((name) => `${name}=$`)
  .join('&')

async function pagesAndRoutes(t: Test, c: Case, texts?: PageTexts) {
  const built: Awaited<ReturnType<typeof pagesWith>>[] = []
  const routes = await routesOf(async () => built.push(await pagesWith(t, { cases: [c], ...(texts ? { texts } : {}) })))
  const [pages] = built
  if (!pages) throw new Error('no pages')
  const paths = (id: string) =>
    routes
      .filter(({ method, url }) => method === 'GET' && !NO_PAGES.test(url))
      .flatMap(({ url }) => [
        url.replace('/cases/:id', `/cases/${c.id}`),
        `${url.replace(':id', id)}?${FILTERS.replaceAll('$', id)}`
      ])
  return { ...pages, paths }
}

t.test('no text of a stranger becomes markup, on any page', async (t) => {
  const c = poisoned(SAMPLE, HOSTILE)
  const { as, store, paths } = await pagesAndRoutes(t, c)
  await store.save({
    next: { ...c, version: 2 },
    ledger: [{ at: NOW, kind: 'approval', caseId: c.id, by: HOSTILE, entry: { why: HOSTILE } }]
  })
  const visitor = await as({ name: HOSTILE.slice(0, 600), role: 'approver' })
  const base = `/cases/${c.id}`
  const pages = paths(encodeURIComponent(HOSTILE.slice(0, 90)))
  t.ok(pages.length >= 28, `${pages.length} pages`)
  for (const path of pages) {
    const page = await visitor.get(path)
    t.ok(page.statusCode < 500, path)
    t.notMatch(page.body, /<script>alert|<img|onerror="|onclick=|javascript:alert|\u202e/, path)
    t.notMatch(page.body, /W{2100}/, `${path} is not flooded`)
  }
  t.match((await visitor.get('/activity')).body, /<h1>Activity/)
  t.match((await visitor.get(base)).body, /&#60;script&#62;alert/, 'the texts are on the page')
})

t.test('no text of a person is translated, also when it is a text of the pages', async (t) => {
  // One of the texts that pages look up, which no page shows here.
  const word = 'canary completed'
  const c = poisoned(SAMPLE, word, [...OURS, 'because', 'what', 'status', 'provider'])
  const { as, store, paths } = await pagesAndRoutes(t, c, pseudoTexts('de'))
  await store.save({
    next: { ...c, version: 2 },
    ledger: [{ at: NOW, kind: 'approval', caseId: c.id, by: word, entry: { why: word } }]
  })
  const visitor = await as({ name: word, role: 'approver' })
  await visitor.send('/brake', { on: 'yes', because: word })
  await visitor.send('/policy', { because: word }, '/policy/rules/suspended/pause')
  let times = 0
  for (const path of paths(encodeURIComponent(word))) {
    const { body } = await visitor.get(path)
    t.notMatch(body, `⟦${word}`, path)
    times += body.split(word).length - 1
  }
  t.ok(times > 150, `${times} times on the pages`)
})

t.test('what a person types comes back as text, however hostile', async (t) => {
  const { as } = await pagesWith(t, { cases: [proposed()] })
  const visitor = await as({ name: 'ana', role: 'approver' })
  const base = `/cases/${proposed().id}`
  const tooLong = await visitor.send(`${base}/reject`, { because: HOSTILE })
  t.equal(tooLong.statusCode, 422)
  t.match(tooLong.body, /&#60;script&#62;alert/)
  t.notMatch(tooLong.body, /<script>alert/)
  const stale = await visitor.post(`${base}/reject`, { hash: 'old', because: '</blockquote><script>alert(1)</script>' })
  t.equal(stale.statusCode, 409)
  t.notMatch(stale.body, /<script>alert/)
})
