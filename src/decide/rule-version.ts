/** A short, stable name for "these rules with this policy": part of proposal hashes and of the ledger. Pure. */
import type { DecidePolicy } from '../domain/decision.ts'
import { BINDINGS } from './bindings.ts'
import { CAUSES } from './causes.ts'
import { GUARDS } from './guards/guards.ts'
import { SIGNALS } from './guards/signals.ts'
import { RULES } from './rules.ts'

/** Increase it by hand when a sign or a guard's check changes its meaning: code is not part of the hash. */
const EDITION = 3

const TABLES = stableJson({
  edition: EDITION,
  rules: RULES.map(({ id, when, outcome, mode, highest, guides }) => ({ id, when, outcome, mode, highest, guides })),
  causes: CAUSES.map(({ id, kbOption, signs }) => ({ id, kbOption, points: signs.map((sign) => sign.points) })),
  guards: GUARDS.map(({ id, overrides }) => ({ id, overrides })),
  bindings: BINDINGS,
  signals: SIGNALS
})

const VERSIONS = new WeakMap<DecidePolicy, string>()

/** Changes whenever the table, its thresholds or its modes do; not with run-time controls, which have their own version. */
export function ruleVersion(policy: DecidePolicy): string {
  const known = VERSIONS.get(policy)
  if (known) return known
  const version = versionOf(policy)
  VERSIONS.set(policy, version)
  return version
}

function versionOf(policy: DecidePolicy): string {
  const { verification, ...others } = policy
  // Left out while no repair needs it: what may be sent changes no decision.
  const settings = stableJson({ ...others, ...(verification.neededFor.length > 0 ? { verification } : {}) })
  return `r${fnv1a(TABLES + settings, 0x811c9dc5)}${fnv1a(settings + TABLES, 0x01000193)}`
}

/** JSON with sorted keys, so that the order in a policy file does not matter. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    nested !== null && typeof nested === 'object' && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested
  )
}

/** FNV-1a, 32 bits, over UTF-16 units: short and fast, but not secure (the ledger has its own hashes). */
function fnv1a(text: string, seed: number): string {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
