/** `backtest`: what a policy would have done with past cases, and what another one would change. Writes nothing anywhere. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import Table from 'cli-table3'
import type { Command } from 'commander'
import type { VerdictChange } from '../api/runtime-controls.ts'
import { createLogCases, type KnownPeople, withEvidence } from '../backtest/cases-of-log.ts'
import { type LeftOut, type PastCase, pastCase, replay } from '../backtest/replay.ts'
import { automaticWrites, changes, tally } from '../backtest/tally.ts'
import { everyCase } from '../case/every-case.ts'
import { subjectKey } from '../case/machine/fold-event.ts'
import { readPolicy } from '../config/policy/file.ts'
import { namesGroups, type Policy } from '../config/policy/policy.ts'
import type { Case } from '../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, isDeferred } from '../domain/evidence.ts'
import { DAY_MS, plus, readInstant, systemClock } from '../domain/time.ts'
import { type Instant, MODES, type Mode } from '../domain/vocabulary.ts'
import { compileClassifier } from '../intake/classify/classify.ts'
import { logFilter } from '../intake/system-log.ts'
import { type BacktestResult, type BacktestSubject, backtestPage } from '../review/backtest-page.ts'
import { walkLog } from '../setup/walk-log.ts'
import { type CliIo, CommandFailed, createProgress } from './io.ts'
import { loadSettingsAndPolicy, openStoreFor, policyTextOf } from './load.ts'
import { checkWritable } from './options.ts'
import { logEntryOf, logSpanMs, showHoursRead } from './system-log.ts'

interface BacktestOptions {
  readonly policy?: string
  readonly against?: string
  readonly log?: string
  readonly store?: string
  readonly limit?: string
  readonly sample?: string
  readonly state?: string
  readonly mode: string
  readonly html?: string
  readonly json?: true
}

export function addBacktestCommand(program: Command, io: CliIo): void {
  program
    .command('backtest')
    .description('Decide past cases again under a policy file and report what would have happened. Writes nothing.')
    .option('--policy <file>', 'the policy to try (default: the one in force)')
    .option('--against <file>', 'another policy: print only what it changes')
    .option('--log <duration>', 'take failures from the System Log, such as 30d, with the evidence of today')
    .option('--store <url>', 'store with the cases, such as sqlite:copy.db (default: REENROLL_STORE_URL)')
    .option('--limit <count>', 'with --log: only the newest cases')
    .option('--sample <count>', 'with --log: only this many cases, the same ones in each run')
    .option('--state <file>', 'with --log: keep what was read, so that an interrupted run resumes; holds personal data')
    .option('--mode <mode>', `ceiling over all rules: ${MODES.join(', ')}`, 'auto')
    .option('--html <file>', 'also write the result as a self-contained HTML page')
    .option('--json', 'print the result as JSON')
    .action((options: BacktestOptions) => backtest(io, options))
}

interface Past {
  readonly cases: readonly PastCase[]
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>
}

async function backtest(io: CliIo, options: BacktestOptions): Promise<void> {
  for (const option of ['state', 'html'] as const) {
    const path = options[option]
    if (path !== undefined) checkWritable(`--${option}`, path)
  }
  const ceiling = MODES.find((mode) => mode === options.mode)
  if (!ceiling) throw new CommandFailed([`--mode: ${options.mode} is not one of ${MODES.join(', ')}.`])
  const policy = policyAt(options.policy ?? (io.env.REENROLL_POLICY_FILE?.trim() || null), '--policy')
  const other = options.against === undefined ? null : policyAt(options.against, '--against')
  const past =
    options.log === undefined
      ? await fromStore(io, options)
      : await fromLog(io, options.log, options, other ? [policy, other] : [policy])
  const result = compare(past, policy, other, ceiling)
  for (const line of options.log === undefined ? [] : uncertain(past.cases)) io.err(line)
  if (options.html !== undefined) writeFileSync(options.html, backtestPage(result, subjectOf(io, options, ceiling)))
  if (options.json) io.out(JSON.stringify(result, null, 2))
  else for (const line of report(result)) io.out(line)
  if (options.html !== undefined && !options.json) io.out(`The page is at ${options.html}.`)
}

function subjectOf(io: CliIo, { policy, against, log, store }: BacktestOptions, ceiling: Mode): BacktestSubject {
  return {
    at: systemClock(),
    policy: basename(policy ?? (io.env.REENROLL_POLICY_FILE?.trim() || 'the built-in policy')),
    against: against === undefined ? null : basename(against),
    ceiling,
    // The URL of a store may hold a password.
    from: log === undefined ? (store === undefined ? 'the store' : 'another store') : `the System Log of ${log}`
  }
}

function compare({ cases, leftOut }: Past, policy: Policy, other: Policy | null, ceiling: Mode): BacktestResult {
  const before = replay(cases, policy, ceiling)
  const after = other && replay(cases, other, ceiling)
  return {
    cases: cases.length,
    leftOut,
    automaticWrites: automaticWrites(before),
    rows: tally(before),
    against: after && { automaticWrites: automaticWrites(after), changes: changes(before, after) }
  }
}

function policyAt(path: string | null, option: string): Policy {
  if (path === null) return policyOf(readPolicy(null), 'built-in policy')
  return policyOf(readPolicy(policyTextOf(path, option)), path)
}

function policyOf(read: ReturnType<typeof readPolicy>, path: string): Policy {
  if (read.ok) return read.policy
  throw new CommandFailed(read.errors.map((error) => `${path}, ${error}`))
}

async function fromStore(io: CliIo, { store: url }: BacktestOptions): Promise<Past> {
  const store = await openStoreFor(io, url, { readOnly: true })
  const cases: PastCase[] = []
  const leftOut: Partial<Record<LeftOut, number>> = {}
  try {
    for await (const c of everyCase(store)) {
      const past = pastCase(c)
      if (typeof past === 'string') leftOut[past] = (leftOut[past] ?? 0) + 1
      else cases.push(past)
    }
    return { cases, leftOut }
  } finally {
    await store.close()
  }
}

async function fromLog(
  io: CliIo,
  duration: string,
  options: BacktestOptions,
  policies: readonly Policy[]
): Promise<Past> {
  const backMs = logSpanMs('--log', duration)
  const choice = { most: countOf('--limit', options.limit), some: countOf('--sample', options.sample) }
  const { settings, policy } = await loadSettingsAndPolicy(io.env)
  const { openOrg } = await import('../okta/org.ts')
  const { absentSources } = policy.decide
  const unusedSources = policies.some(namesGroups) ? [] : (['groups'] as const)
  const { log, reader } = openOrg(
    settings.okta,
    { clock: systemClock, quotaPercent: policy.oktaQuotaPercent, emit: () => {} },
    { absentSources, unusedSources }
  )
  const classify = compileClassifier({ ...policy.classifier, ownIds: [] })
  const folded = createLogCases(subjectKey)
  const progress = createProgress(io)
  // Without groups, a person was read for policies that name none.
  const asked = `${duration}${unusedSources.length > 0 ? ' without groups' : ''}`
  const resumed = options.state === undefined ? null : readState(options.state, asked)
  const until = resumed?.until ?? systemClock()
  const since = plus(until, -backMs)
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const failure = await walkLog(
    { since, until, doneUntil: since },
    {
      log,
      filter: logFilter(policy.classifier),
      windowMs: WINDOW_MS,
      sleep,
      onEvent: (raw) => folded.add(raw, classify(logEntryOf(raw, until))),
      onWindow: (at) => showHoursRead(progress, at)
    }
  )
  if (failure) throw new CommandFailed([`The System Log cannot be read. ${failure.because}`])
  const known: KnownPeople = new Map(resumed?.people ?? [])
  if (resumed) io.err(`Resuming: ${known.size} people are already read.`)
  const chosen = choose(folded.cases(), choice)
  const cases = await withEvidence(chosen, {
    ...{ reader, sleep, known, historyMs: policy.evidence.historyMs },
    decide: (past) => policies.flatMap((tried) => replay([past], tried, 'auto')),
    onPerson: (done, all) => {
      if (options.state !== undefined && (done % STATE_EVERY === 0 || done === all)) {
        writeState(options.state, { asked, until, people: [...known] })
      }
      progress.show(done, all, 'people read')
    }
  })
  if (options.state !== undefined) rmSync(options.state, { force: true })
  return { cases, leftOut: {} }
}

/** Large enough that 90 days take few calls: a page holds 1,000 events. */
const WINDOW_MS = 10 * DAY_MS
/** People between two writes of the state. */
const STATE_EVERY = 25

/** What an interrupted run has read. It holds personal data, so only its owner may read the file. */
interface State {
  /** What the run was asked for; another question starts again. */
  readonly asked: string
  readonly until: Instant
  readonly people: readonly (readonly [string, Evidence])[]
}

/** The state that an interrupted run of the same question has left. */
function readState(path: string, asked: string): State | null {
  if (!existsSync(path)) return null
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as State
    if (state.asked !== asked) return null
    const isRead = (evidence: Evidence) =>
      EVIDENCE_SOURCES.every((source) => typeof evidence[source].state === 'string')
    if (readInstant(state.until) === null || !state.people.every(([, evidence]) => isRead(evidence)))
      throw new Error(path)
    return state
  } catch {
    throw new CommandFailed([`--state: ${path} cannot be read; delete it to start again.`])
  }
}

function writeState(path: string, state: State): void {
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** The newest `--limit` cases, or `--sample` of all, the same ones in each run. */
function choose(
  cases: readonly Case[],
  { most, some }: { readonly most: number | undefined; readonly some: number | undefined }
): readonly Case[] {
  const newest = cases.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1)).slice(0, most)
  if (some === undefined) return newest
  const rank = ({ failures: [first] }: Case) =>
    createHash('sha256')
      .update(first?.uuid ?? '')
      .digest('hex')
  return newest.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, some)
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new CommandFailed([`${option}: ${text} is not a valid number of cases; write a whole number from 1.`])
}

/** Sources that could not be read, with the number of cases and one reason: what these cases would get is uncertain. */
function uncertain(cases: readonly PastCase[]): readonly string[] {
  return EVIDENCE_SOURCES.flatMap((source) => {
    const reasons = cases.flatMap(({ evidence }) => {
      const item = evidence[source]
      return item.state === 'unknown' && !isDeferred(item) ? [item.because] : []
    })
    return reasons.length === 0 ? [] : [`${reasons.length} of ${cases.length} cases without ${source}: ${reasons[0]}`]
  })
}

function report({ cases, leftOut, rows, automaticWrites: writes, against }: BacktestResult): readonly string[] {
  const head = [casesLine(cases, leftOut), '']
  if (!against) {
    const table = new Table({ head: ['count', 'cause', 'rule', 'outcome'], style: { head: [], border: [] } })
    for (const { count, cause, rule, outcome } of rows) table.push([count, cause, rule, outcome])
    return [...head, table.toString(), '', `Written automatically: ${writes}.`]
  }
  return [...head, ...changeLines(against.changes, { before: writes, after: against.automaticWrites })]
}

/** How many cases were decided again, and how many could not be. */
export function casesLine(cases: number, leftOut: BacktestResult['leftOut']): string {
  const left = Object.entries(leftOut).map(([why, count]) => `${count} left out (${why.replaceAll('_', ' ')})`)
  return [`${cases} ${cases === 1 ? 'case' : 'cases'}`, ...left].join(', ')
}

/** What another policy changes, as a table. */
export function changeLines(
  changed: readonly VerdictChange[],
  { before: was, after: is }: { readonly before: number; readonly after: number }
): readonly string[] {
  const writes = `Written automatically: ${was} before, ${is} after.`
  if (changed.length === 0) return ['Nothing changes.', writes]
  const table = new Table({ head: ['count', 'rule', 'before', 'after', 'such as'], style: { head: [], border: [] } })
  for (const { count, rule, before, after, examples } of changed) {
    table.push([count, rule, before, after, examples.slice(0, 2).join(' ')])
  }
  return [table.toString(), '', writes]
}
