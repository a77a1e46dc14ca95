/** The suites, in the order they run. */
import type { Suite } from './suite.ts'
import { burst } from './suite-burst.ts'
import { oneCase } from './suite-case.ts'
import { ingest } from './suite-ingest.ts'
import { memory } from './suite-memory.ts'
import { start } from './suite-start.ts'

export const SUITES: Readonly<Record<string, Suite>> = { ingest, case: oneCase, burst, start, memory }
