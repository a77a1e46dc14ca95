/** A real Prometheus scrapes a running service: what ships works outside our own parsers. */
import t from 'tap'
import { systemClock } from '../../src/domain/time.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { openTestWorld } from '../scenarios/settle.ts'
import { DASHBOARDS, queriesIn } from './dashboards.ts'
import { startPrometheus } from './prometheus-server.ts'
import { findTool } from './tools.ts'

const prometheus = findTool('prometheus')

interface Targets {
  readonly activeTargets: readonly { readonly health: string; readonly lastError: string }[]
}
interface Alerts {
  readonly alerts: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[]
}
interface Answer {
  readonly result: readonly unknown[]
}

t.test(
  'Prometheus scrapes the service, fires an alert, and answers every dashboard',
  { skip: prometheus.skip, timeout: 110_000 },
  async (t) => {
    const world = await openTestWorld(t, { clock: systemClock, advance: () => {}, set: () => {} })
    failEnrollment(world.org, orphaned(world.org, 'Pia Prometheus'))
    await world.okta.flush()
    await world.service.worker.idle()

    const server = await startPrometheus(prometheus.path ?? '', t.testdir({}), new URL(world.service.opsUrl).host)
    t.teardown(() => server.stop())
    const { activeTargets } = await server.until<Targets>('targets', (data) =>
      data.activeTargets.some((target) => target.health !== 'unknown')
    )
    t.match(activeTargets, [{ health: 'up', lastError: '' }], 'a duplicate or malformed series would fail the scrape')

    const isFiring = ({ alerts }: Alerts) => alerts.some(({ state }) => state === 'firing')
    t.notOk(isFiring(await server.ask<Alerts>('alerts')), 'all is quiet')
    await server.until<Answer>('query', hasTwoSamples, { query: 'count_over_time(reenroll_storm_active[1m])' })
    const refused = await fetch(world.service.hookUrl, {
      method: 'POST',
      headers: { authorization: world.hookSecret, 'content-type': 'application/json' },
      body: '{"data":'
    })
    t.equal(refused.status, 400)
    const { alerts } = await server.until<Alerts>('alerts', isFiring)
    t.match(alerts, [{ labels: { alertname: 'ReenrollDeliveriesMalformed', outcome: 'malformed' }, state: 'firing' }])

    await t.test('every query of both dashboards returns data', async (t) => {
      for (const query of DASHBOARDS.flatMap(queriesIn)) {
        const { result } = await server.ask<Answer>('query', { query })
        // No step has failed, no tracker is connected, no canary is sent, and the hooks need not be readable.
        const mayBeEmpty =
          /> 0\b|reenroll_(outbox|ticket_(breaker|refusals|credential)|canary_age|canary_interval|hook_verified)/.test(
            query
          )
        t.ok(mayBeEmpty || result.length > 0, query)
      }
    })
  }
)

/** `increase` needs a sample from before. */
function hasTwoSamples({ result }: Answer): boolean {
  const [first] = result as readonly { value: readonly [number, string] }[]
  return Number(first?.value[1] ?? 0) >= 2
}
