/** The activity page. */
import type { Api } from '../../api/app.ts'
import { guardFigures } from '../../backtest/guard-report.ts'
import { readGuideFigures } from '../../backtest/guide-figures.ts'
import { OPEN_STATES } from '../../domain/vocabulary.ts'
import { readPeriod } from '../period.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { viewer } from '../session/access.ts'
import type { Show } from '../show.ts'
import { activityView } from '../views/activity.ts'

const OLDEST = 5

/** Adds the activity page. */
export function activityPage(app: Api, { store, words, clock }: ReviewDeps, show: Show): void {
  app.get('/activity', async (request, reply) => {
    const { range } = request.query as { range?: unknown }
    const now = clock()
    const period = readPeriod(range, now)
    const { since, until, by } = period
    const [activity, recoveries, { cases: oldest }, guides, stopped] = await Promise.all([
      store.activity({ since, until, by }),
      store.recoveries({ since, until }),
      store.listCases({ states: OPEN_STATES, folded: true, order: 'oldest', limit: OLDEST }),
      readGuideFigures(store, { since, until }),
      store.loneStops({ since, until })
    ])
    const found = await Promise.all(
      recoveries.longest.map(async ({ id, seconds }) => ({ c: await store.getCase(id), seconds }))
    )
    const longest = found.flatMap(({ c, seconds }) => (c ? [{ c, seconds }] : []))
    const main = activityView({
      period,
      activity,
      recoveries,
      guides,
      stops: guardFigures(stopped),
      oldest,
      longest,
      words,
      now
    })
    return show.page(request, reply, viewer(request), { title: 'Activity', nav: 'activity', main })
  })
}
