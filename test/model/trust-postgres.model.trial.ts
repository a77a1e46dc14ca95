/** The same histories as `trust.model.test.ts`, fewer of them, on PostgreSQL. */
import t from 'tap'
import { openPostgres } from '../../src/store/postgres.ts'
import { emptied, sharedPostgres } from '../support/postgres-server.ts'
import { play, RUNS } from './play.ts'

const server = await sharedPostgres(t)
const url = await server.createDatabase()

t.test('no history leads to a write that was not earned on PostgreSQL either', { timeout: 300_000 }, async (t) => {
  const counts = await play(
    async () => {
      await emptied(url)
      return openPostgres(url, { leaseClock: 'caller', connections: 4 })
    },
    Math.min(RUNS, 5)
  )
  t.ok(counts.cases > 0)
})
