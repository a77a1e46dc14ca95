/** The tickets page: what ticket systems beyond the built-in desk have not received, and trying it again. */
import type { Api } from '../../api/app.ts'
import { retryDead } from '../../domain/outbox.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewer } from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { capital, quantity } from '../text.ts'
import { SHOWN_UPDATES, ticketsView } from '../views/tickets.ts'

/** Adds the tickets page. */
export function ticketPages(app: Api, { store, clock }: ReviewDeps, show: Show): void {
  app.get('/tickets', async (request, reply) => {
    const operator = viewer(request)
    const [figures, dead, pending] = await Promise.all([
      store.outboxFigures(),
      store.outboxEntries({ state: 'dead', limit: SHOWN_UPDATES }),
      store.outboxEntries({ state: 'pending', limit: SHOWN_UPDATES })
    ])
    const main = ticketsView({
      ...{ figures, entries: [...dead, ...pending], mayRetry: operator.role === 'approver' },
      ...{ csrf: reply.generateCsrf(), now: clock() }
    })
    return show.page(request, reply, operator, { title: 'Tickets', nav: 'tickets', main })
  })

  app.post('/tickets/:target/retry', async (request, reply) => {
    if (viewer(request).role !== 'approver') return show.approversOnly(reply)
    const { target } = request.params as { target: string }
    const retried = await retryDead(store, target, clock())
    setNotice(request, capital(`${quantity(retried, 'ticket update')} for ${target} will be sent again.`))
    return reply.redirect('/tickets', 303)
  })

  app.post('/tickets/:target/:id/replace', async (request, reply) => {
    if (viewer(request).role !== 'approver') return show.approversOnly(reply)
    const { id } = request.params as { id: string }
    const entry = /^\d{1,15}$/.test(id) ? await store.retryOutboxEntry(Number(id), clock(), 'gone') : null
    setNotice(request, entry ? `Another ticket for ${entry.caseId} will be made.` : 'Its ticket is visible again.')
    return reply.redirect('/tickets', 303)
  })
}
