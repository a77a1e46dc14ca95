/** The policy file: YAML over `DEFAULT_POLICY`, with every error and its line at once (DESIGN §4). */
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Settings as TypeBoxSettings } from 'typebox/system'
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type YAMLError } from 'yaml'
import { RULES } from '../../decide/rules.ts'
import { field } from '../../domain/json.ts'
import { readDurationMs } from '../../domain/time.ts'
import type { Mode } from '../../domain/vocabulary.ts'
import { suggestion } from '../did-you-mean.ts'
import { DEFAULT_POLICY, type GuidePolicy, guideCausesOf, type Policy, policyHash } from './policy.ts'
import { type KnownRule, type PolicyFile, policySchema } from './schema.ts'
import { readTickets, ticketFaults } from './tickets.ts'

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

/* YAML text → an object of the policy's shape, or every error with its line. */

type Path = readonly string[]

interface ParsedFile {
  readonly file: PolicyFile
  /** The line of a key or an item, counted from 1; the nearest enclosing one when there is none. */
  readonly lineOf: (path: Path) => number
}

export type PolicyYaml =
  | ({ readonly ok: true } & ParsedFile)
  | { readonly ok: false; readonly errors: readonly string[] }

/** More errors than anybody reads; TypeBox stops at 8 by default, and that would hide some. */
const MAX_ERRORS = 1000

/** Reads the text. Sections left empty, and an empty file, count as not given. */
function parsePolicyYaml(text: string, rules: readonly KnownRule[]): PolicyYaml {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = [...document.errors, ...document.warnings, ...refusedIn(document)]
  if (broken.length > 0) return { ok: false, errors: broken.map((error) => errorOfYaml(error, lines)) }
  const lineOf = (path: Path) => lineAt(document, lines, path)
  const value = withoutEmptySections(document.toJS())
  const schema = policySchema(rules)
  const validator = Compile(schema)
  if (validator.Check(value)) return { ok: true, file: value, lineOf }
  const found = allErrors(() => validator.Errors(value)).flatMap((error) => errorOf(error, schema, value, lineOf))
  const errors = found.sort((a, b) => a.line - b.line).map(({ line, what }) => `line ${line}: ${what}`)
  return { ok: false, errors: [...new Set(errors)] }
}

/** A policy has no use for aliases, and they can be nested until the memory is full. Half a surrogate pair has no hash. */
function refusedIn(document: Document): Pick<YAMLError, 'pos' | 'message'>[] {
  const found: Pick<YAMLError, 'pos' | 'message'>[] = []
  visit(document, {
    Alias(_, { source, range }) {
      const from = range?.[0] ?? 0
      found.push({ pos: [from, from], message: `The alias *${source} is not allowed in a policy; write the value out` })
    },
    Scalar(_, { value, range }) {
      const from = range?.[0] ?? 0
      if (typeof value !== 'string' || value.isWellFormed()) return
      found.push({ pos: [from, from], message: 'The text holds half of a surrogate pair; write the whole character' })
    }
  })
  return found
}

function errorOfYaml(error: Pick<YAMLError, 'pos' | 'message'>, lines: LineCounter): string {
  const message = error.message.startsWith('Source contains multiple documents')
    ? 'The file holds several documents; keep one, without lines of ---'
    : error.message
  return `line ${lines.linePos(error.pos[0]).line}: this is not valid YAML: ${message}.`
}

function withoutEmptySections(value: unknown): unknown {
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, section]) => section !== null))
}

function allErrors<Found>(find: () => Found): Found {
  const { maxErrors } = TypeBoxSettings.Get()
  TypeBoxSettings.Set({ maxErrors: MAX_ERRORS })
  try {
    return find()
  } finally {
    TypeBoxSettings.Set({ maxErrors })
  }
}

interface LineError {
  readonly line: number
  readonly what: string
}

function errorOf(
  error: TLocalizedValidationError,
  root: TSchema,
  value: unknown,
  lineOf: (path: Path) => number
): LineError[] {
  const path = error.instancePath.split('/').slice(1).map(unescapePointer)
  const schema = schemaAt(root, path)
  if (error.keyword === 'boolean') return [] // `additionalProperties` reports the same, with names
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(schema?.properties ?? {})
    return error.params.additionalProperties.map((key) => {
      const name = /^\d+$/.test(path.at(-1) ?? '') ? `${nameOf(path)} ${key}` : [...path, key].join('.')
      return { line: lineOf([...path, key]), what: `${name} is unknown${suggestion(key, known)}.` }
    })
  }
  const why = error.keyword === '~refine' && error.message.startsWith('Invalid regular') ? ` (${error.message})` : ''
  const name = path.length > 0 ? nameOf(path) : 'the policy'
  const what = `${name} must be ${schema?.says ?? 'otherwise'}; it is ${show(field(value, ...path))}${why}.`
  return [{ line: lineOf(path), what }]
}

interface Described {
  readonly says?: string
  readonly properties?: Readonly<Record<string, Described>>
  readonly items?: Described
  /** Of an object with any keys. */
  readonly patternProperties?: Readonly<Record<string, Described>>
}

function schemaAt(root: TSchema, path: Path): Described | undefined {
  return path.reduce<Described | undefined>(
    (schema, key) => schema?.properties?.[key] ?? schema?.items ?? Object.values(schema?.patternProperties ?? {})[0],
    root
  )
}

function unescapePointer(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** `guards.protectedUsers, item 2`: list positions as people count them. */
function nameOf(path: Path): string {
  const last = path.at(-1) ?? ''
  return /^\d+$/.test(last) ? `${path.slice(0, -1).join('.')}, item ${Number(last) + 1},` : path.join('.')
}

function show(value: unknown): string {
  // An address may hold a password.
  const text = (JSON.stringify(value) ?? 'nothing').replace(/\/\/[^\s"]*@/g, '//…@')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function lineAt(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined
    const next = pair?.value ?? (isSeq(node) ? node.items[Number(key)] : undefined)
    const anchor = pair?.key ?? next
    if (isNode(anchor) && anchor.range) offset = anchor.range[0]
    node = next
  }
  return lines.linePos(offset).line
}
