/**
 * Fails when deliveries have become much slower than what the framework and the disk permit, measured in the same run. The
 * margins are wider than noise and narrower than the cost of a commit per request.
 */
import { openEngines } from './engines.ts'
import { moveAside } from './machine.ts'
import { ingest } from './suite-ingest.ts'

/** Share of the baseline's requests per second. A commit per request reaches about 0.06, group commit far more than this. */
const LEAST = 0.15

moveAside()
const engines = openEngines()
try {
  const figures = await ingest({
    engines,
    runs: 3,
    seconds: 2,
    quick: true,
    growTo: 0,
    say: (line) => console.log(line),
    draw: () => {}
  })
  const slow = figures.filter(({ target, ratio }) => target !== null && ratio !== null && ratio < LEAST)
  for (const { what, ratio } of slow) console.error(`${what}: ${ratio} of the baseline; at least ${LEAST} is required.`)
  process.exitCode = slow.length > 0 ? 1 : 0
} finally {
  await engines.close()
}
