/** The queue page, and the same list as CSV. */
import { Readable } from 'node:stream'
import type { Api } from '../../api/app.ts'
import type { Store } from '../../domain/store.ts'
import { allOf, readQueue, readQueueQuery, totalsOf } from '../queue.ts'
import { csvOf } from '../queue-csv.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewer } from '../session/access.ts'
import type { Show } from '../show.ts'
import { queueView } from '../views/queue.ts'

/** Adds the queue page. */
export function queuePages(app: Api, { store, words, clock }: ReviewDeps, show: Show): void {
  app.get('/', async (request, reply) => {
    const query = readQueueQuery({ ...(request.query as object) })
    const only = query.search ? await caseNamed(store, query.search) : null
    if (only) return reply.redirect(`/cases/${only}`, 303)
    const now = clock()
    const operator = viewer(request)
    const page = await readQueue(store, query, { me: operator.name, now })
    const main = queueView({ query, page, mayAct: operator.role === 'approver', words, now })
    const waiting = totalsOf(page).forPeople
    const title = waiting > 0 ? `Queue (${waiting})` : 'Queue'
    return show.page(request, reply, operator, { title, nav: 'queue', main })
  })

  app.get('/queue.csv', (request, reply) => {
    const query = readQueueQuery({ ...(request.query as object) })
    const now = clock()
    const parts = allOf(store, { ...query, after: null }, { me: viewer(request).name, now })
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="cases-${now.slice(0, 16).replace(':', '')}Z.csv"`)
      .send(Readable.from(csvOf(parts, words)))
  })
}

/** The id of the case whose id or whose ticket's key this is, or null. */
async function caseNamed(store: Pick<Store, 'getCase' | 'outboxEntries'>, text: string): Promise<string | null> {
  const id = /^RE-[0-9A-Z]{12}$/i.exec(text)?.[0].toUpperCase()
  if (id && (await store.getCase(id))) return id
  const [entry] = /\d/.test(text) ? await store.outboxEntries({ key: text, limit: 1 }) : []
  return entry?.caseId ?? null
}
