/** The queue page. */
import type { Api } from '../../api/app.ts'
import { readQueue, readQueueQuery } from '../queue.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewer } from '../session/access.ts'
import type { Show } from '../show.ts'
import { queueView } from '../views/queue.ts'

/** Adds the queue page. */
export function queuePages(app: Api, { store, words, clock }: ReviewDeps, show: Show): void {
  app.get('/', async (request, reply) => {
    const query = readQueueQuery({ ...(request.query as object) })
    const caseId = /^RE-[0-9A-Z]{12}$/i.exec(query.search)?.[0].toUpperCase()
    if (caseId && (await store.getCase(caseId))) return reply.redirect(`/cases/${caseId}`, 303)
    const now = clock()
    const page = await readQueue(store, query, now)
    const main = queueView({ query, page, words, now })
    const waiting = page.counts.approval + page.counts.person
    const title = waiting > 0 ? `Queue (${waiting})` : 'Queue'
    return show.page(request, reply, viewer(request), { title, nav: 'queue', main })
  })
}
