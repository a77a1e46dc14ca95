/** For evaluations in tests without other vendors. */
import type { SignalLookup } from '../../src/case/evaluate.ts'

export const NO_SIGNALS: SignalLookup = { query: (_, since) => ({ keys: [], since }), about: () => [] }
