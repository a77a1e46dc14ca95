/** What a store promises about the ledger. */
import type { Test } from 'tap'
import { HOUR_MS, plus } from '../../../src/domain/time.ts'
import { GENESIS, verifyChain } from '../../../src/store/ledger.ts'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aLine, changed, NOON } from '../build.ts'

const hoursBefore = (hours: number) => plus(NOON, -hours * HOUR_MS)

export async function ledgerPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('lines of all writers form one valid chain, also when they come at once', async (t) => {
    const store = await open(t)
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        store.save({ next: aCase(`u${n}`), ledger: [aLine({ entry: { n } }), aLine({ kind: 'effect', entry: {} })] })
      )
    )
    const rows = await store.ledger({ after: 0, limit: 100 })
    t.equal(rows.length, 60)
    t.equal(rows[0]?.prevHash, '0'.repeat(64))
    t.equal(verifyChain(rows), null)
  })

  await t.test('it is read page by page, and each page can be checked against the one before', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: Array.from({ length: 5 }, (_, n) => aLine({ entry: { n } })) })
    const first = await store.ledger({ after: 0, limit: 3 })
    const second = await store.ledger({ after: 3, limit: 3 })
    t.same(
      [...first, ...second].map((row) => row.seq),
      [1, 2, 3, 4, 5]
    )
    t.equal(verifyChain(second, first.at(-1)), null)
    t.equal(verifyChain(second, GENESIS), 4, 'the pages between are missing')
    t.same(await store.ledger({ after: 5, limit: 3 }), [])
  })

  await t.test('lines come back as they were written, odd characters and all', async (t) => {
    const store = await open(t)
    const entry = { deep: { z: [1, null, 'ü'], a: 0.1 }, nul: '\u0000', half: '\ud800', gone: undefined }
    await store.save({ next: aCase('anna'), ledger: [aLine({ by: 'Zoë', caseId: null, entry })] })
    const [row] = await store.ledger({ after: 0, limit: 1 })
    t.match(row, { by: 'Zoë', caseId: null, entry: { deep: entry.deep, nul: '\u0000', half: '\ufffd' } })
    t.equal(verifyChain(row ? [row] : []), null)
  })

  await t.test('the lines of a save that did not come through are not in it', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [aLine()] })
    await store.save({ next: aCase('anna'), ledger: [aLine(), aLine()] })
    await store.save({ next: changed(aCase('anna')), ledger: [aLine()] })
    t.equal((await store.ledger({ after: 0, limit: 10 })).length, 2)
  })

  await t.test(
    'challenges of an hour are counted over all cases and by operator, and no save exceeds a cap',
    async (t) => {
      const store = await open(t)
      const sending = (at: string, operator?: string) =>
        aLine({
          kind: 'verification',
          at,
          entry: { factor: 'push', state: 'sending', ...(operator ? { operator } : {}) }
        })
      const ended = aLine({ kind: 'verification', at: hoursBefore(0.2), entry: { state: 'passed' } })
      await store.save({ next: aCase('anna'), ledger: [sending(hoursBefore(2)), aLine({ at: hoursBefore(1.5) })] })
      await store.save({ next: aCase('berta'), ledger: [sending(hoursBefore(0.5)), ended] })
      await store.save({ next: aCase('clara'), ledger: [sending(hoursBefore(0.1), 'ana')] })
      t.same(await store.challengesSince(hoursBefore(1)), [
        { at: hoursBefore(0.5), operator: null },
        { at: hoursBefore(0.1), operator: 'ana' }
      ])
      t.equal((await store.challengesSince(hoursBefore(3))).length, 3)
      const next = { ...aCase('dora'), updatedAt: NOON }
      const saved = (perHour: number, perOperator: number, operator: string) =>
        store.save({ next, ledger: [sending(NOON, operator)], challengeCaps: { perHour, perOperator, operator } })
      t.equal(await saved(2, 2, 'ana'), 'conflict', 'of all')
      t.equal(await saved(3, 1, 'ana'), 'conflict', 'of this operator')
      t.equal(await saved(3, 1, 'ben'), 'saved')
    }
  )

  await t.test('the changes of the controls are found among all lines, newest first', async (t) => {
    const store = await open(t)
    const control = (n: number) => aLine({ kind: 'control', caseId: null, entry: { ceiling: 'auto', n } })
    const storm = aLine({ kind: 'control', caseId: 'RE-storm' })
    await store.save({ next: aCase('anna'), ledger: [control(1), aLine(), storm, control(2), control(3)] })
    t.match(await store.controlChanges(2), [{ entry: { n: 3 } }, { entry: { n: 2 } }])
    t.equal((await store.controlChanges(9)).length, 3)
  })

  await t.test('who acted on cases is read from the newest lines, each name once; rules are nobody', async (t) => {
    const store = await open(t)
    const by = (name: string, kind: 'approval' | 'close' | 'intent', entry = { operator: `id of ${name}` }) =>
      aLine({ kind, by: name, entry })
    const rule = aLine({ kind: 'close', by: 'reenroll', entry: { outcome: 'storm_over' } })
    const lines = [
      by('old', 'close'),
      by('ana', 'approval'),
      by('ben', 'close'),
      rule,
      by('ana', 'close'),
      by('x', 'intent')
    ]
    await store.save({ next: aCase('anna'), ledger: lines })
    t.same((await store.recentOperators(5)).sort(), ['ana', 'ben'])
    t.same((await store.recentOperators(99)).sort(), ['ana', 'ben', 'old'])
  })
}
