/** The suites, in the order they run. When time is short the last are left out, so those of promised figures come first. */
import type { Suite } from './suite.ts'
import { burst } from './suite-burst.ts'
import { busy } from './suite-busy.ts'
import { oneCase } from './suite-case.ts'
import { disk } from './suite-disk.ts'
import { growth } from './suite-growth.ts'
import { ingest } from './suite-ingest.ts'
import { memory } from './suite-memory.ts'
import { queue } from './suite-queue.ts'
import { start } from './suite-start.ts'

export const SUITES: Readonly<Record<string, Suite>> = {
  ingest,
  case: oneCase,
  start,
  disk,
  memory,
  growth,
  burst,
  busy,
  queue
}
