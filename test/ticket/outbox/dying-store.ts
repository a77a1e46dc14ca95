/** A store whose process dies at the nth write to the outbox, before or after it took hold. */
import { type Store, StoreUnavailable } from '../../../src/domain/store.ts'

export function dyingStore(store: Store, n: number, when: 'before' | 'after'): { store: Store; writes(): number } {
  let writes = 0
  async function write<T>(work: () => Promise<T>): Promise<T> {
    const dies = writes++ === n
    if (dies && when === 'before') throw new StoreUnavailable('killed')
    const result = await work()
    if (dies) throw new StoreUnavailable('killed')
    return result
  }
  return {
    writes: () => writes,
    store: {
      ...store,
      claimOutboxEntry: (ask) => write(() => store.claimOutboxEntry(ask)),
      saveOutboxEntry: (ask) => write(() => store.saveOutboxEntry(ask))
    }
  }
}
