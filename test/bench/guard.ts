/**
 * Fails when durable ingest has become much slower than the same listener without a store. It compares a ratio of one run.
 * The margin is wider than noise and narrower than the cost of a commit per request.
 */
import { openEngines } from './engines.ts'
import { moveAside } from './machine.ts'
import { ingest } from './suite-ingest.ts'

/** Share of the baseline's requests per second. A commit per request reaches about 0.06, group commit far more than this limit. */
const LEAST = 0.12

moveAside()
const engines = openEngines()
try {
  const figures = await ingest({
    engines,
    runs: 2,
    seconds: 2,
    quick: true,
    growTo: 0,
    say: (line) => console.log(line)
  })
  const slow = figures.filter(({ unit, ratio }) => unit === 'requests/s' && (ratio ?? 0) < LEAST)
  for (const { what, ratio } of slow) console.error(`${what}: ${ratio} of the baseline; at least ${LEAST} is required.`)
  process.exitCode = slow.length > 0 ? 1 : 0
} finally {
  await engines.close()
}
