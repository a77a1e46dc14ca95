/** Walks all cases that a filter finds, page by page. */
import type { Case } from '../domain/case.ts'
import type { CaseQuery, Store } from '../domain/store.ts'

const PAGE = 200

/** Newest first unless asked otherwise. A case that changes meanwhile comes once, as it was when its page was read. */
export async function* everyCase(
  store: Pick<Store, 'listCases'>,
  filter: Omit<CaseQuery, 'limit' | 'after'> = {}
): AsyncGenerator<Case, void> {
  for (let after: string | undefined; ; ) {
    const page = await store.listCases({ ...filter, limit: PAGE, ...(after ? { after } : {}) })
    yield* page.cases
    if (page.next === null) return
    after = page.next
  }
}
