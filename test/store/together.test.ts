import t from 'tap'
import { eachOnce, Together } from '../../src/store/postgres/together.ts'

/** Calls that end when the test says so, with their asks as answers. */
function held() {
  const flights: { asks: readonly string[]; end: () => void; fail: (error: Error) => void }[] = []
  let told: () => void = () => {}
  const perform = (asks: readonly string[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
    flights.push({ asks, end: () => resolve(asks.map((ask) => ask.toUpperCase())), fail: reject })
    told()
    return promise
  }
  return {
    perform,
    async flight(n: number) {
      while (flights.length <= n) {
        await new Promise<void>((resolve) => {
          told = resolve
        })
      }
      return flights[n] as (typeof flights)[number]
    }
  }
}

t.test('calls of one turn travel together, those that come meanwhile go next', async (t) => {
  const { perform, flight } = held()
  const line = new Together(perform, { withinMs: 10_000 })
  const first = [line.ask('a'), line.ask('b')]
  const one = await flight(0)
  t.same(one.asks, ['a', 'b'])
  const later = [line.ask('c'), line.ask('c')]
  one.end()
  t.same(await Promise.all(first), ['A', 'B'])
  const two = await flight(1)
  t.same(two.asks, ['c', 'c'])
  two.end()
  t.same(await Promise.all(later), ['C', 'C'])
})

t.test('calls that name the same thing go one after the other, and no more than fit at a time', async (t) => {
  const { perform, flight } = held()
  const line = new Together(perform, { withinMs: 10_000, most: 2, apart: (ask) => [ask[0] ?? ''] })
  const answers = Promise.all(['a1', 'a2', 'b1', 'c1', 'a3'].map((ask) => line.ask(ask)))
  const flown: (readonly string[])[] = []
  for (let n = 0; n < 3; n++) {
    const { asks, end } = await flight(n)
    flown.push(asks)
    end()
  }
  t.same(flown, [['a1', 'b1'], ['a2', 'c1'], ['a3']])
  t.same(await answers, ['A1', 'A2', 'B1', 'C1', 'A3'])
})

t.test('what fails is told to those who travelled, and the next ones go', async (t) => {
  const { perform, flight } = held()
  const line = new Together(perform, { withinMs: 10_000 })
  const fates = Promise.allSettled([line.ask('a'), line.ask('b')])
  const one = await flight(0)
  const next = line.ask('c')
  one.fail(new Error('broken'))
  for (const fate of await fates) t.match(fate, { status: 'rejected', reason: { message: 'broken' } })
  const two = await flight(1)
  two.end()
  t.equal(await next, 'C')
})

t.test('nobody waits for others for ever', async (t) => {
  const { perform, flight } = held()
  const line = new Together(perform, { withinMs: 20 })
  const first = line.ask('a')
  const one = await flight(0)
  await t.rejects(line.ask('b'), { name: 'StoreUnavailable', message: /not answered others for 20 ms/ })
  one.end()
  t.equal(await first, 'A', 'who is under way already is not given up')
})

t.test('equal asks are asked once; each gets its answer, also when that is a failure', async (t) => {
  const asked: string[] = []
  const answer = eachOnce(
    (ask: string) => ask,
    async (ask) => {
      asked.push(ask)
      if (ask === 'bad') throw new Error('no')
      return ask.length
    }
  )
  const line = new Together(answer, { withinMs: 10_000 })
  const fates = await Promise.allSettled(['one', 'bad', 'one', 'three'].map((ask) => line.ask(ask)))
  t.same(asked, ['one', 'bad', 'three'])
  t.match(fates, [{ value: 3 }, { reason: { message: 'no' } }, { value: 3 }, { value: 5 }])
})
