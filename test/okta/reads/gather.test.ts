import t from 'tap'
import { gatherReads } from '../../../src/okta/reads/batched-reads.ts'

/** A read that is answered when the test says so. */
function slowRead() {
  const batches: (readonly string[])[] = []
  let answer: () => void = () => {}
  let begun: () => void = () => {}
  const read = async (asks: readonly string[]) => {
    batches.push(asks)
    begun()
    await new Promise<void>((resolve) => {
      answer = resolve
    })
    return asks.map((ask) => ask.toUpperCase())
  }
  const begins = () =>
    new Promise<void>((resolve) => {
      begun = resolve
    })
  return { read, batches, begins, answer: () => answer() }
}

t.test('who asks alone is read alone, at once; who asks meanwhile goes together with the next', async (t) => {
  const { read, batches, begins, answer } = slowRead()
  const ask = gatherReads({ read, weigh: () => 1, size: { most: 10 } })
  let begin = begins()
  const first = ask('a')
  await begin
  t.strictSame(batches, [['a']])
  const others = Promise.all([ask('b'), ask('c')])
  begin = begins()
  answer()
  t.equal(await first, 'A')
  await begin
  answer()
  t.strictSame(await others, ['B', 'C'])
  t.strictSame(batches, [['a'], ['b', 'c']])
})

t.test('a call carries no more than it can, but always something', async (t) => {
  const batches: (readonly string[])[] = []
  const read = async (asks: readonly string[]) => {
    batches.push(asks)
    return asks
  }
  const ask = gatherReads({ read, weigh: (text) => text.length, size: { most: 4 } })
  await Promise.all(['aa', 'bb', 'c', 'ddddd', 'e'].map(ask))
  t.strictSame(batches, [['aa', 'bb'], ['c'], ['ddddd'], ['e']])
})

t.test('a read that breaks breaks for those who waited for it, and for nobody after', async (t) => {
  let isBroken = true
  const read = async (asks: readonly string[]) => {
    if (isBroken) throw new Error('no')
    return asks
  }
  const ask = gatherReads({ read, weigh: () => 1, size: { most: 10 } })
  await t.rejects(ask('a'), { message: 'no' })
  isBroken = false
  t.equal(await ask('b'), 'b')
})
