import t from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { feedOutbox, outboxDraft } from '../../src/ticket/outbox/routing.ts'
import { listenerWith, TOKEN } from '../api/listener-with.ts'
import { say } from '../cli/recorder.ts'
import { waitingCase } from '../ticket/outbox/outbox-world.ts'
import { NOW, pagesWith } from './pages-with.ts'

/** Two tickets that the tracker refused, and one that waits. */
async function refused(store: Store): Promise<Store> {
  const fed = feedOutbox(store, (c) => outboxDraft(c, { routes: [{ to: ['ops'] }] }))
  for (const name of ['Anna', 'Bert', 'Cleo'])
    await fed.save({ next: waitingCase(name, { version: 1, updatedAt: NOW }), ledger: [] })
  for (let n = 0; n < 2; n++) {
    const entry = await store.claimOutboxEntry({ target: 'ops', now: NOW, leaseMs: 1_000, holder: 'one' })
    if (!entry) throw new Error('nothing to claim')
    const lastError = 'ops answered 403: <b>mandatory</b>: Assignment group.'
    await store.saveOutboxEntry({
      next: { ...entry, state: 'dead', tries: 5, lastError },
      holder: 'one',
      keepLease: false
    })
  }
  return store
}

t.test('the page lists what waits and what was refused, with the reason, and sends all again', async (t) => {
  const { as, store } = await pagesWith(t, { store: await refused(openInMemory()) })
  const ana = await as({ name: 'ana', role: 'approver' })
  const { body } = await ana.get('/tickets')
  t.match(body, /2 need a person, 1 waiting/)
  t.match(body, /\/cases\/RE-Anna[\s\S]*403: &#60;b&#62;mandatory[\s\S]*Assignment group/)
  t.match(body, /not tried yet/)
  t.equal((await ana.post('/tickets/ops/retry')).headers.location, '/tickets')
  t.match(
    (await ana.get('/tickets')).body,
    /2 ticket updates for ops will be sent again[\s\S]*0 need a person, 3 waiting/
  )
  t.match(await store.outboxEntries({ limit: 9 }), [{ tries: 0 }, { tries: 0 }, { tries: 0 }])
})

t.test('a ticket that is hidden or gone: a person says that it is gone, and another is made', async (t) => {
  const opened = await refused(openInMemory())
  const claim = { target: 'ops', now: NOW, leaseMs: 1_000, holder: 'one' }
  const entry = await opened.claimOutboxEntry(claim)
  if (!entry) throw new Error('nothing to claim')
  const ticket = {
    key: '7',
    url: 'https://acme.example/browse/OPS-7',
    state: 'open',
    wontFix: false,
    since: NOW
  } as const
  const next = { ...entry, state: 'dead', ticket, notVisibleSince: NOW, lastError: 'ops answered 404.' } as const
  await opened.saveOutboxEntry({ next, holder: 'one', keepLease: false })
  const { as, store } = await pagesWith(t, { store: opened })
  const [ana, vic] = [await as({ name: 'ana', role: 'approver' }), await as({ name: 'vic', role: 'viewer' })]
  const { body } = await ana.get('/tickets')
  t.match(body, /cannot be seen[\s\S]*href="https:\/\/acme.example\/browse\/OPS-7"[\s\S]*It is gone: make another/)
  t.equal(body.match(/make another/g)?.length, 1, 'only where the ticket is hidden')
  t.notMatch((await vic.get('/tickets')).body, /make another/)
  t.equal((await vic.post(`/tickets/ops/${entry.id}/replace`)).statusCode, 403)
  await ana.post(`/tickets/ops/${entry.id}/replace`)
  t.match((await ana.get('/tickets')).body, /Another ticket for RE-Cleo will be made/)
  t.match(await store.outboxEntries({ caseId: 'RE-Cleo', limit: 1 }), [{ state: 'pending', ticket: null }])
  await ana.post(`/tickets/ops/${entry.id}/replace`)
  t.match((await ana.get('/tickets')).body, /Its ticket is visible again/)
})

t.test('a viewer sees the page without the button, and may not send it', async (t) => {
  const { as } = await pagesWith(t, { store: await refused(openInMemory()) })
  const vic = await as({ name: 'vic', role: 'viewer' })
  t.notMatch((await vic.get('/tickets')).body, /again<\/button>/)
  t.equal((await vic.post('/tickets/ops/retry')).statusCode, 403)
})

t.test('`tickets retry` has the running service send again what one target refused', async (t) => {
  const store = await refused(openInMemory())
  const { app } = await listenerWith(t, {}, [], store)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const env = { REENROLL_OPS_TOKEN: TOKEN, REENROLL_OPS_PORT: new URL(url).port }
  const counted = { exitCode: 0, out: 'ops: 2 would be sent again. Nothing was changed.' }
  t.match(await say(['tickets', 'retry', '--target', 'ops', '--dry-run'], env), counted)
  t.match(await say(['tickets', 'retry', '--target', 'ops'], env), { exitCode: 0, out: 'ops: 2 are sent again.' })
  t.match(await say(['tickets', 'retry', '--target', 'ops'], env), { exitCode: 0, out: /nothing was refused/ })
  t.match(await say(['tickets', 'retry', '--target', 'ops'], { ...env, REENROLL_OPS_PORT: '0' }), {
    exitCode: 1,
    err: /No service runs/
  })
})
