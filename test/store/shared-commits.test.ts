/** Saves that share a transaction: how many share one, and what a failing one costs the others. */
import t from 'tap'
import { StoreUnavailable } from '../../src/domain/store.ts'
import { shareCommits } from '../../src/store/postgres.ts'

function sharing(failsWith: (asks: readonly number[]) => Error | null = () => null) {
  const transactions: (readonly number[])[] = []
  const alone: number[] = []
  const save = shareCommits<number, string>(
    async (asks) => {
      transactions.push(asks)
      await new Promise<void>((resolve) => setImmediate(resolve))
      const error = failsWith(asks)
      if (error) throw error
      return asks.map((n) => `saved ${n}`)
    },
    async (n) => {
      alone.push(n)
      const error = failsWith([n])
      if (error) throw error
      return `saved ${n} alone`
    }
  )
  return { save, transactions, alone }
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
const outcomes = async (saves: Promise<string>[]) =>
  (await Promise.allSettled(saves)).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message))

t.test('a hundred saves at once share a few transactions, each answered in its place', async (t) => {
  const { save, transactions, alone } = sharing()
  t.strictSame(
    await outcomes(upTo(100).map(save)),
    upTo(100).map((n) => `saved ${n}`)
  )
  t.equal(transactions.length, 7)
  t.same(alone, [])
})

t.test('a save alone does not wait for others', async (t) => {
  const { save, transactions } = sharing()
  t.equal(await save(1), 'saved 1')
  t.equal(await save(2), 'saved 2')
  t.strictSame(transactions, [[1], [2]])
})

t.test('one that cannot be saved costs only itself', async (t) => {
  const { save, alone } = sharing((asks) => (asks.includes(2) ? new Error('not 2') : null))
  t.strictSame(await outcomes(upTo(3).map(save)), ['saved 1 alone', 'not 2', 'saved 3 alone'])
  t.strictSame(alone, [1, 2, 3])
})

t.test('without an answer of the server nothing is saved twice', async (t) => {
  const { save, transactions, alone } = sharing(() => new StoreUnavailable('no answer'))
  t.strictSame(await outcomes(upTo(3).map(save)), ['no answer', 'no answer', 'no answer'])
  t.equal(transactions.length, 1)
  t.strictSame(alone, [])
})
