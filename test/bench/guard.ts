/**
 * Fails when durable ingest has become much slower than the same listener that stores nothing. A ratio of one run, with a
 * margin that noise does not use up: a commit per request costs more than that.
 */
import { openEngines } from './engines.ts'
import { moveAside } from './machine.ts'
import { ingest } from './suite-ingest.ts'

/** Of the baseline's requests a second. One commit per request reaches about 0.06 of it, group commit far more than this. */
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
  for (const { what, ratio } of slow)
    console.error(`${what}: ${ratio} of the baseline; at least ${LEAST} is asked for.`)
  process.exitCode = slow.length > 0 ? 1 : 0
} finally {
  await engines.close()
}
