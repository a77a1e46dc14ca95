import t from 'tap'
import { createLoadSignal } from '../../src/intake/load-signal.ts'
import { aDelivery } from '../store/build.ts'

t.test(
  'many deliveries on their way to disk are a flood, which ends a moment after them, however they end',
  async (t) => {
    const ends: PromiseWithResolvers<{ fresh: string[]; duplicates: number }>[] = []
    let nowMs = 0
    const flow = createLoadSignal(
      () => {
        const end = Promise.withResolvers<{ fresh: string[]; duplicates: number }>()
        ends.push(end)
        return end.promise
      },
      () => nowMs
    )
    const receive = () => flow.receive(aDelivery(['a']))
    const first = Array.from({ length: 15 }, receive)
    t.equal(flow.isHigh(), false)
    const last = receive()
    t.equal(flow.isHigh(), true)
    ends[15]?.reject(new Error('the disk is full'))
    await t.rejects(last, /disk is full/)
    t.equal(flow.isHigh(), true, 'the next ones are on their way')
    nowMs = 250
    t.equal(flow.isHigh(), false)
    for (const end of ends) end.resolve({ fresh: ['a'], duplicates: 0 })
    t.same(await Promise.all(first), Array(15).fill({ fresh: ['a'], duplicates: 0 }))
    receive()
    t.equal(flow.isHigh(), false, 'the failed one is not counted any more')
  }
)
