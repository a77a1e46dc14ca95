/** The suites, in the order they run. */
import type { Suite } from './suite.ts'
import { ingest } from './suite-ingest.ts'

export const SUITES: Readonly<Record<string, Suite>> = { ingest }
