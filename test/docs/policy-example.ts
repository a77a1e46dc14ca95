/** `deploy/policy.example.yaml`: every key of the policy with its default, explained by the schema's own words. */
import { stringify } from 'yaml'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { policySchema } from '../../src/config/policy/schema.ts'
import { RULES } from '../../src/decide/rules.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import { commented } from './wrap.ts'

const HEAD = `The policy that is in force without REENROLL_POLICY_FILE. Copy what you want to change; whatever a file
leaves out keeps the value shown here. Times are numbers with ms, s, m, h or d.`

interface Described {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Described>>
}

export function policyExample(): string {
  const values = defaultsAsFile()
  const sections = Object.entries(policySchema(RULES).properties as Readonly<Record<string, Described>>)
  return `${[commented(HEAD), ...sections.map(([key, schema]) => section(key, schema, values[key]))].join('\n\n')}\n`
}

function section(name: string, { description = '', properties }: Described, value: unknown): string {
  if (!properties || Object.keys(Object(value)).length === 0) return `${commented(description)}\n${entry(name, value)}`
  const values = new Map(Object.entries(value ?? {}))
  const keys = Object.entries(properties).flatMap(([key, schema]) =>
    values.has(key) ? [`${commented(schema.description ?? '', '  ')}\n${entry(key, values.get(key), '  ')}`] : []
  )
  return [commented(description), `${name}:`, ...keys].join('\n')
}

function entry(key: string, value: unknown, indent = ''): string {
  return stringify({ [key]: value }, { lineWidth: 0, singleQuote: true })
    .trimEnd()
    .replaceAll(/^/gm, indent)
}

/** The default policy in the shape of the file. */
function defaultsAsFile(): Readonly<Record<string, unknown>> {
  const {
    classifier,
    decide,
    evidence,
    retries,
    storm,
    log,
    oktaQuotaPercent,
    oktaMaxWaitMs,
    watchMs,
    takeoverWindowMs,
    proposalMs
  } = DEFAULT_POLICY
  const writers = RULES.filter((rule) => rule.outcome.do === 'remediate')
  return {
    classifier: withDurations(classifier),
    guards: withDurations(decide.guards),
    causes: withDurations(decide.causes),
    rules: Object.fromEntries(writers.map(({ id, mode }) => [id, mode])),
    groupModes: decide.groupModes ?? {},
    absentSources: decide.absentSources,
    evidence: withDurations(evidence),
    log: withDurations(log),
    okta: { quotaPercent: oktaQuotaPercent, maxWait: duration(oktaMaxWaitMs) },
    writes: { minConfidenceForAuto: decide.minConfidenceForAuto, attemptsPerCase: DEFAULT_POLICY.attemptsPerCase },
    verification: withDurations(decide.verification),
    retries: withDurations(retries),
    storm: withDurations(storm),
    guide: { ...withDurations(DEFAULT_POLICY.guide), quiet: DEFAULT_POLICY.guide.quiet ?? {} },
    // The policy holds the rows of `fields` with the target they are for.
    tickets: { ...withDurations(DEFAULT_POLICY.tickets), fields: [] },
    summary: DEFAULT_POLICY.summary,
    ruleWatch: DEFAULT_POLICY.ruleWatch,
    targets: withDurations(DEFAULT_POLICY.targets),
    canary: withDurations(DEFAULT_POLICY.canary),
    retention: withDurations(DEFAULT_POLICY.retention),
    watch: { duration: duration(watchMs), takeoverWindow: duration(takeoverWindowMs) },
    proposals: { expireAfter: duration(proposalMs) }
  }
}

function withDurations(section: object): Record<string, unknown> {
  const entries = Object.entries(section)
  return Object.fromEntries(
    entries.map(([key, value]) => (key.endsWith('Ms') ? [key.slice(0, -2), duration(value)] : [key, value]))
  )
}

/** Whole numbers of the largest unit that people count in: `72h` rather than `3d`, `30d` rather than `720h`. */
function duration(ms: number): string {
  if (ms % DAY_MS === 0 && ms > 3 * DAY_MS) return `${ms / DAY_MS}d`
  for (const [unit, size] of [
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS]
  ] as const) {
    if (ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}
