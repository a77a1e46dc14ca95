/** Disk that an unrelated event takes once it is processed, over a simulated day. Cases, some 27 kB each, come on top. */
import { randomUUID } from 'node:crypto'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { openStore } from '../../src/store/open.ts'
import { asAdmin } from '../support/postgres-server.ts'
import { delivery } from './deliveries.ts'
import { figureOf } from './figures.ts'
import type { Suite } from './suite.ts'
import { NAMES } from './suite-burst.ts'

const HOURS = 24
const START: Instant = '2026-11-01T00:00:00.000Z'
const DISPOSITION = { kind: 'skipped', why: 'not_listed' } as const

export const disk: Suite = async ({ engines, quick, say }) => {
  const perHour = quick ? 20 : 100
  const figures = []
  for (const engine of engines.names) {
    const place = await engines.open(engine)
    const store = await openStore(place.storeUrl)
    for (let hour = 0; hour < HOURS; hour++) {
      const receivedAt = plus(START, hour * HOUR_MS)
      for (let n = 0; n < perHour; n++) {
        const uuid = randomUUID()
        const events = [{ uuid, index: 0, publishedAt: receivedAt }]
        const from = { source: 'hook', envelopeId: randomUUID(), hookId: null, sentAt: receivedAt, receivedAt } as const
        await store.receive({ ...from, body: delivery(1, 'other').body, events, unreadable: [] })
        await store.processEvents({ events: [{ uuid, disposition: DISPOSITION }] })
      }
      const now = plus(receivedAt, HOUR_MS)
      for (let packed = 1; packed > 0; ) {
        packed = (await store.applyRetention({ now, ages: DEFAULT_POLICY.retention, limit: 500 })).packed
      }
      // The hour passes in a second here, so autovacuum, which looks every minute, would never come.
      if (engine === 'postgres') await vacuum(place.storeUrl)
    }
    await store.close()
    const kilobytes = (await place.bytes()) / (HOURS * perHour) / 1_000
    say(`${engine}: ${kilobytes.toFixed(2)} kB per event`)
    figures.push(
      figureOf({
        suite: 'disk',
        what: `disk per unrelated event after a day, ${NAMES[engine]}`,
        unit: 'kB',
        values: [kilobytes],
        bound: { of: 'value', most: 2 }
      })
    )
  }
  return figures
}

function vacuum(storeUrl: string): Promise<void> {
  return asAdmin(storeUrl, async (client) => {
    await client.query('SET search_path = reenroll')
    await client.query('VACUUM deliveries, events, counts')
  })
}
