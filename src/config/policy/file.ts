/** The policy file: YAML over `DEFAULT_POLICY`, with every error and its line at once (DESIGN §4). */
import { RULES } from '../../decide/rules.ts'
import { readDurationMs } from '../../domain/time.ts'
import type { Mode } from '../../domain/vocabulary.ts'
import { type GuidePolicy, guideCausesOf } from './guide-policy.ts'
import { DEFAULT_POLICY, type Policy, policyHash } from './policy.ts'
import type { KnownRule, PolicyFile } from './schema.ts'
import { readTickets, ticketFaults } from './tickets.ts'
import { type ParsedFile, parsePolicyYaml } from './yaml.ts'

export type PolicyRead =
  | { readonly ok: true; readonly policy: Policy; readonly hash: string }
  | { readonly ok: false; readonly errors: readonly string[] }

/** The policy that this text asks for; the built-in one for null. Faults begin with the line they are on. */
export function readPolicy(yamlText: string | null, rules: readonly KnownRule[] = RULES): PolicyRead {
  const parsed = parsePolicyYaml(yamlText ?? '', rules)
  if (!parsed.ok) return parsed
  const policy = toPolicy(parsed.file, rules)
  const errors = errorsBetweenKeys(parsed, policy)
  return errors.length > 0 ? { ok: false, errors } : { ok: true, policy, hash: policyHash(policy) }
}

function toPolicy(file: PolicyFile, rules: readonly KnownRule[]): Policy {
  const { classifier, decide, evidence, retries, storm, log, watchMs, takeoverWindowMs, proposalMs, targets } =
    DEFAULT_POLICY
  const guide: GuidePolicy = { ...over(DEFAULT_POLICY.guide, file.guide), quiet: quietHours(file) }
  return {
    classifier: over(classifier, file.classifier),
    decide: {
      guards: over(decide.guards, file.guards),
      causes: over(decide.causes, file.causes),
      ruleModes: { ...decide.ruleModes, ...changedModes(file.rules, rules) },
      ...modesOfGroups(file.groupModes),
      minConfidenceForAuto: file.writes?.minConfidenceForAuto ?? decide.minConfidenceForAuto,
      absentSources: file.absentSources ?? decide.absentSources,
      guideCauses: guideCausesOf(guide),
      pageCauses: guide.causes,
      verification: over(decide.verification, file.verification)
    },
    evidence: over(evidence, file.evidence),
    retries: over(retries, file.retries),
    storm: over(storm, file.storm),
    guide,
    tickets: readTickets(file.tickets),
    retention: over(DEFAULT_POLICY.retention, file.retention),
    watchMs: durationMs(file.watch?.duration) ?? watchMs,
    takeoverWindowMs: durationMs(file.watch?.takeoverWindow) ?? takeoverWindowMs,
    proposalMs: durationMs(file.proposals?.expireAfter) ?? proposalMs,
    log: over(log, file.log),
    summary: over(DEFAULT_POLICY.summary, file.summary),
    ruleWatch: over(DEFAULT_POLICY.ruleWatch, file.ruleWatch),
    canary: over(DEFAULT_POLICY.canary, file.canary),
    targets: {
      ...over(targets, file.targets),
      proposal: over(targets.proposal, file.targets?.proposal),
      resolution: over(targets.resolution, file.targets?.resolution),
      hours: over(targets.hours, file.targets?.hours)
    },
    oktaQuotaPercent: file.okta?.quotaPercent ?? DEFAULT_POLICY.oktaQuotaPercent,
    oktaMaxWaitMs: durationMs(file.okta?.maxWait) ?? DEFAULT_POLICY.oktaMaxWaitMs,
    attemptsPerCase: file.writes?.attemptsPerCase ?? DEFAULT_POLICY.attemptsPerCase
  }
}

/** Null when none are given, or not all of them. */
function quietHours({ guide }: PolicyFile): GuidePolicy['quiet'] {
  const { from, to, zone, ...more } = guide?.quiet ?? {}
  return from && to && zone ? { from, to, zone, ...more } : null
}

/** Modes that differ from the table's own: restating one changes nothing, not even the hash. */
function changedModes(asked: PolicyFile['rules'], rules: readonly KnownRule[]): Record<string, Mode> {
  const changed = rules.flatMap(({ id, mode }) => {
    const wanted = asked?.[id]
    return wanted === undefined || wanted === mode ? [] : [[id, wanted] as const]
  })
  return Object.fromEntries(changed)
}

/** Left out when no group has a mode of its own, so that an empty list changes nothing. */
function modesOfGroups(asked: PolicyFile['groupModes']): Pick<Policy['decide'], 'groupModes'> {
  const listed = Object.entries(asked ?? {}).flatMap(([rule, modes]) =>
    modes && Object.keys(modes).length > 0 ? [[rule, modes] as const] : []
  )
  return listed.length > 0 ? { groupModes: Object.fromEntries(listed) } : {}
}

/** The defaults with what a section of the file says; a duration `x` of the file is `xMs` in the policy. */
function over<Section extends object>(defaults: Section, given: object | undefined): Section {
  const said = new Map(Object.entries(given ?? {}))
  const values = Object.entries(defaults).map(([key, value]) => [
    key,
    (key.endsWith('Ms') ? durationMs(said.get(key.slice(0, -2))) : said.get(key)) ?? value
  ])
  return Object.fromEntries(values) as Section
}

function durationMs(text: unknown): number | null {
  return typeof text === 'string' ? readDurationMs(text) : null
}

function errorsBetweenKeys({ file, lineOf }: ParsedFile, policy: Policy): string[] {
  const isWhole = Object.keys(file.guide?.quiet ?? {}).length === 0 || quietHours(file) !== null
  const tickets = [
    ...ticketFaults(file, lineOf),
    ...(isWhole ? [] : [`line ${lineOf(['guide', 'quiet'])}: guide.quiet needs from, to and zone.`])
  ]
  const { firstWaitMs, maxWaitMs } = policy.retries
  if (firstWaitMs <= maxWaitMs) return tickets
  return [...tickets, `line ${lineOf(['retries'])}: retries.firstWait is longer than retries.maxWait. Make it shorter.`]
}
