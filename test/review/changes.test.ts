/** The stream of changes (server-sent events) behind pages that update themselves. */
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { approver } from '../support/operators.ts'
import { caseOf, proposed } from './cases.ts'
import { NOW, pagesWith, type Visitor } from './pages-with.ts'

type Pages = Awaited<ReturnType<typeof pagesWith>>

function cookieOf({ cookies }: Visitor): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The stream over a real connection; `next` is its next text but for heartbeats, null at the end. */
async function streamOf(t: Test, { app }: Pages, visitor: Visitor, path = '/changes') {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const closed = new AbortController()
  t.teardown(() => closed.abort())
  const { port } = app.server.address() as AddressInfo
  const headers = { accept: 'text/event-stream', cookie: cookieOf(visitor) }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers, signal: closed.signal, redirect: 'manual' })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async (): Promise<string | null> => {
    const read = await reader?.read()
    return read?.value === ':\n\n' ? next() : (read?.value ?? null)
  }
  return { answer, next }
}

async function savedAgain({ store }: Pages, id: string) {
  const c = await store.getCase(id)
  if (c) await store.save({ next: { ...c, version: c.version + 1 }, ledger: [] })
}

t.test('the queue is notified of every change, a case only of its own', async (t) => {
  const pages = await pagesWith(t, { cases: [proposed(), caseOf('ben')] })
  const ana = await pages.as(approver('ana'))
  const queue = await streamOf(t, pages, ana)
  const ofCase = await streamOf(t, pages, ana, `/changes?case=${proposed().id}`)
  const hostile = await streamOf(t, pages, ana, `/changes?case=${encodeURIComponent("' OR 1=1 --")}`)
  t.match(queue.answer.headers.get('content-type'), /^text\/event-stream/)
  t.equal(queue.answer.headers.get('cache-control'), 'no-store')
  for (const { next } of [queue, ofCase, hostile]) t.equal(await next(), 'retry: 3000\n:\n\n')
  const CHANGED = 'event: changed\ndata:\n\n'
  await savedAgain(pages, caseOf('ben').id)
  t.equal(await queue.next(), CHANGED)
  t.equal(await hostile.next(), CHANGED)
  await savedAgain(pages, proposed().id)
  t.equal(await ofCase.next(), CHANGED, 'the first that it gets is about its own')
  t.equal(await queue.next(), CHANGED)
})

t.test('a stream ends with its session, and prolongs none', async (t) => {
  let now = NOW
  const pages = await pagesWith(t, { cases: [proposed()], clock: () => now })
  const [ana, ben] = [pages.visitor(), pages.visitor()]
  await ana.signIn()
  await ben.signIn()
  const [ofAna, ofBen] = [await streamOf(t, pages, ana), await streamOf(t, pages, ben)]
  await Promise.all([ofAna.next(), ofBen.next()])
  await ana.get('/')
  await ana.post('/sign-out')
  t.equal(await ofAna.next(), null)
  now = plus(NOW, 29 * MINUTE_MS)
  await streamOf(t, pages, ben)
  now = plus(NOW, 31 * MINUTE_MS)
  t.equal((await streamOf(t, pages, ben)).answer.status, 303)
  await savedAgain(pages, proposed().id)
  const last = await ofBen.next()
  t.equal(last === null ? last : await ofBen.next(), null, 'after the one about the sign-out')
})

t.test('an operator has at most ten streams, and a closing service ends them', async (t) => {
  const pages = await pagesWith(t)
  const url = `${await pages.app.listen({ host: '127.0.0.1', port: 0 })}/changes`
  const [ana, ben] = [await pages.as(approver('ana')), await pages.as(approver('ben'))]
  const open = (visitor: Visitor, signal: AbortSignal | null = null) =>
    fetch(url, { headers: { accept: 'text/event-stream', cookie: cookieOf(visitor) }, signal })
  const closed = new AbortController()
  await open(ana, closed.signal)
  for (let n = 0; n < 9; n += 1) await open(ana)
  t.equal((await open(ana)).status, 429)
  const other = await open(ben)
  t.equal(other.status, 200)
  closed.abort()
  while ((await open(ana)).status !== 200);
  await pages.app.close()
  t.equal(await other.text(), 'retry: 3000\n:\n\n', 'to its end')
})
