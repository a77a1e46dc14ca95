/** The stream of changes (server-sent events) behind pages that update themselves. */
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { approver } from '../support/operators.ts'
import { caseOf, proposed } from './cases.ts'
import { NOW, pagesWith, type Visitor } from './pages-with.ts'

type Pages = Awaited<ReturnType<typeof pagesWith>>

function cookieOf({ cookies }: Visitor): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
}

async function streamOf(t: Test, { app }: Pages, visitor: Visitor, url = '/changes') {
  const headers = { accept: 'text/event-stream', cookie: cookieOf(visitor) }
  const answer = await app.inject({ url, headers, payloadAsStream: true })
  const stream: Readable = answer.stream()
  t.teardown(() => stream.destroy())
  const next = async () => String((await once(stream, 'data'))[0])
  return { answer, stream, next }
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
  t.match(queue.answer.headers, { 'content-type': /^text\/event-stream/, 'cache-control': 'no-store' })
  for (const { next } of [queue, ofCase, hostile]) t.equal(await next(), 'retry: 3000\n:\n\n')

  const heard: string[] = []
  ofCase.stream.on('data', (text) => heard.push(String(text)))
  const atQueue = Promise.all([queue.next(), hostile.next()])
  await savedAgain(pages, caseOf('ben').id)
  t.same(await atQueue, ['event: changed\ndata:\n\n', 'event: changed\ndata:\n\n'])
  const atBoth = Promise.all([queue.next(), ofCase.next()])
  await savedAgain(pages, proposed().id)
  await savedAgain(pages, proposed().id)
  await atBoth
  t.same(heard, ['event: changed\ndata:\n\n'], 'once for both saves, and never for the other case')
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
  const ended = once(ofAna.stream, 'end')
  ofAna.stream.resume()
  await ana.post('/sign-out')
  await ended
  now = plus(NOW, 29 * MINUTE_MS)
  await streamOf(t, pages, ben)
  now = plus(NOW, 31 * MINUTE_MS)
  t.equal((await streamOf(t, pages, ben)).answer.statusCode, 303)
  const atBen = once(ofBen.stream, 'end')
  ofBen.stream.resume()
  await savedAgain(pages, proposed().id)
  await atBen
  t.pass('both have ended')
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
