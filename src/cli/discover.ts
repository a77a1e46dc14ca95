/** `discover`: what an org's own System Log shows around enrollments, and the classifier settings that fit it. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Table from 'cli-table3'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { clientIdsOf } from '../config/settings/okta.ts'
import { plus, readInstant, systemClock } from '../domain/time.ts'
import { compileClassifier } from '../intake/classify/classify.ts'
import { type ProposedSettings, proposeSettings } from '../setup/propose-settings.ts'
import { createShapeBook, type Shape, type ShapeBook } from '../setup/shapes.ts'
import { type Stretch, walkLog } from '../setup/walk-log.ts'
import { type CliIo, CommandFailed, createProgress } from './io.ts'
import { loadSettingsAndPolicy } from './load.ts'
import { checkWritable } from './options.ts'
import { logEntryOf, logSpanMs, showHoursRead } from './system-log.ts'

interface DiscoverOptions {
  readonly since: string
  readonly examples?: string
  readonly state: string
  readonly json?: true
}

export function addDiscoverCommand(program: Command, io: CliIo): void {
  program
    .command('discover')
    .description(
      'Read the enrollment events of the org’s System Log, group them by shape, and propose classifier settings.'
    )
    .option('--since <duration>', 'how far back, at most 90d', '30d')
    .option('--examples <folder>', 'write one example per shape there, with personal data removed')
    .option(
      '--state <file>',
      'file that keeps the state of an interrupted run; the next run resumes from it',
      '.reenroll-discover.json'
    )
    .option('--json', 'print the result as JSON')
    .action((options: DiscoverOptions) => discover(io, options))
}

/** Enrollments, devices, and everything else that failed for a person; sign-ins by password and the like are left out. */
const FILTER = [
  'eventType sw "user.mfa.factor."',
  'eventType sw "device."',
  '(outcome.result ne "SUCCESS" and eventType sw "user.authentication.")',
  '(outcome.result eq "FAILURE" and (eventType sw "user." or eventType sw "policy." or eventType sw "app."))'
].join(' or ')

async function discover(io: CliIo, options: DiscoverOptions): Promise<void> {
  const backMs = logSpanMs('--since', options.since)
  checkWritable('--state', options.state)
  if (options.examples) await mkdir(options.examples, { recursive: true })
  const { settings, policy } = await loadSettingsAndPolicy(io.env)
  const { openOrg } = await import('../okta/org.ts')
  const { log } = openOrg(settings.okta, { clock: systemClock, emit: () => {} })
  const classify = compileClassifier({ ...policy.classifier, ownIds: clientIdsOf(settings.okta) })
  const kept = await readState(options.state, options.since)
  const book = kept?.book ?? createShapeBook()
  const now = systemClock()
  const since = plus(now, -backMs)
  const stretch = kept?.stretch ?? { since, until: now, doneUntil: since }
  if (kept) io.err(`Resuming at ${stretch.doneUntil} (${options.state}).`)
  const progress = createProgress(io)
  const failure = await walkLog(stretch, {
    log,
    filter: FILTER,
    sleep: (ms) => sleep(ms),
    onEvent: (event) => book.add(event, classify(logEntryOf(event, now))),
    async onWindow(at) {
      await writeFile(options.state, JSON.stringify({ asked: options.since, stretch: at, shapes: book.shapes() }))
      showHoursRead(progress, at)
    }
  })
  if (failure) {
    throw new CommandFailed([
      `The System Log cannot be read further. ${failure.because}`,
      'Run the same command again; it resumes where it stopped.'
    ])
  }
  await rm(options.state, { force: true })
  const shapes = book.shapes()
  const proposal = proposeSettings(shapes, policy.classifier)
  if (options.examples) await writeExamples(options.examples, shapes)
  if (options.json) io.out(JSON.stringify({ since: stretch.since, until: stretch.until, shapes, proposal }, null, 2))
  else for (const line of report(shapes, proposal)) io.out(line)
}

interface Kept {
  readonly stretch: Stretch
  readonly book: ShapeBook
}

/** The state that an interrupted run of the same question has left. */
async function readState(path: string, asked: string): Promise<Kept | null> {
  if (!existsSync(path)) return null
  try {
    const kept = JSON.parse(await readFile(path, 'utf8'))
    if (kept.asked !== asked) return null
    const { since, until, doneUntil } = kept.stretch as Stretch
    if (![since, until, doneUntil].every((at) => readInstant(at) !== null)) throw new Error('not a valid time')
    return { stretch: { since, until, doneUntil }, book: createShapeBook(kept.shapes as readonly Shape[]) }
  } catch {
    throw new CommandFailed([`--state: ${path} cannot be read; delete it to start again.`])
  }
}

async function writeExamples(folder: string, shapes: readonly Shape[]): Promise<void> {
  for (const [index, { eventType, result, example }] of shapes.entries()) {
    const name = `${String(index + 1).padStart(3, '0')}-${eventType}-${result}.json`.replace(/[^\w.-]/g, '_')
    await writeFile(join(folder, name), `${JSON.stringify(example, null, 2)}\n`)
  }
}

function report(shapes: readonly Shape[], { policy, hookFilter, remarks }: ProposedSettings): readonly string[] {
  if (shapes.length === 0) return ['No enrollment and no failure in this time.']
  const table = new Table({
    head: ['count', 'users', 'event type', 'result', 'reason', 'reads as'],
    style: { head: [], border: [] }
  })
  for (const { count, users, eventType, result, reason, readsAs, nearMiss } of shapes) {
    table.push([count, users, eventType, result, reason.slice(0, 60), nearMiss ? `${readsAs}, near miss` : readsAs])
  }
  return [
    table.toString(),
    '',
    ...remarks,
    '',
    '# Policy file (REENROLL_POLICY_FILE): the classifier that fits.',
    policy.trimEnd(),
    '',
    '# Event hook filter, where the org has that feature (register --filter). Other types need their successes: they end cases.',
    stringify({ filter: hookFilter }, { lineWidth: 0, singleQuote: true }).trimEnd()
  ]
}
