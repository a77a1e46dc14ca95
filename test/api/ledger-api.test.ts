import t from 'tap'
import type { LedgerRow } from '../../src/domain/ledger.ts'

import { verifyChain } from '../../src/store/ledger.ts'
import { AUTH, listenerWith } from './listener-with.ts'

t.test('the ledger can be read page by page, and the chain holds over the pages', async (t) => {
  const { app, store } = await listenerWith(t)
  for (let n = 1; n <= 5; n++) {
    const controls = { ...(await store.controls()), version: n }
    await store.setControls(controls, {
      at: '2026-06-15T12:00:00.000Z',
      kind: 'control',
      caseId: null,
      by: 'ana',
      entry: { n }
    })
  }
  const rows: LedgerRow[] = []
  for (let after = 0; ; ) {
    const answer = await app.inject({ url: `/api/ledger?after=${after}&limit=2`, headers: AUTH })
    t.equal(answer.statusCode, 200)
    const page = answer.json<{ rows: LedgerRow[] }>().rows
    rows.push(...page)
    if (page.length < 2) break
    after = page.at(-1)?.seq ?? after
  }
  t.equal(rows.length, 5)
  t.equal(verifyChain(rows), null)
})

t.test('who asks wrongly is told what is right', async (t) => {
  const { app } = await listenerWith(t)
  t.equal((await app.inject({ url: '/api/ledger' })).statusCode, 401)
  for (const query of ['after=-1', 'limit=0', 'limit=501', 'after=x']) {
    const answer = await app.inject({ url: `/api/ledger?${query}`, headers: AUTH })
    t.equal(answer.statusCode, 400, query)
    t.match(answer.json(), { error: { message: /must be a whole number/ } })
  }
})
