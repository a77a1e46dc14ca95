/** `demo`: every scenario against a simulated org, shown one person at a time. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import closeWithGrace from 'close-with-grace'
import { type Command, Option } from 'commander'
import { systemClock } from '../domain/time.ts'
import { play, type Scene, scenesOf } from '../sandbox/play.ts'
import { CROWD_THEN_STORM_LIMITS, SCENARIOS } from '../sandbox/scenarios/catalogue.ts'
import { openWorld, READ_ALL, type World } from './demo-world.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { portOf } from './options.ts'

/* The demo's table: a line for each person as soon as their case is at rest. */

const COLUMNS = [
  ['user', 20],
  ['what Okta said', 36],
  ['cause', 20],
  ['decision', 48],
  ['outcome', 20]
] as const

export interface DemoTable {
  show(scene: Scene): void
}

/** A table that grows downwards, so that it reads the same on a terminal and in a log. */
export function createTable(out: (line: string) => void, columns?: number): DemoTable {
  const widths = widthsFor(columns)
  const row = (cells: readonly string[]) => rowOf(cells, widths)
  const shown = new Set<string>()
  out(row(COLUMNS.map(([name]) => name)))
  out(row(widths.map((width) => '─'.repeat(width))))
  return {
    show(scene) {
      if (shown.has(scene.scenario.id)) return
      shown.add(scene.scenario.id)
      out(row(outcomeCells(scene)))
    }
  }
}

function outcomeCells(scene: Scene): readonly string[] {
  const { seen, person } = scene
  return [person.name, oktaSaid(scene), seen?.cause?.id ?? '', decided(scene), outcome(scene)]
}

function oktaSaid({ seen }: Scene): string {
  const user = seen?.evidence.find((item) => item.source === 'user')
  const value = user?.state === 'known' ? user.value : null
  const status = value && typeof value === 'object' && 'status' in value ? String(value.status) : 'status unknown'
  return `${status}, ${seen?.failures[0]?.reason ?? 'no reason given'}`
}

function decided({ seen }: Scene): string {
  const decision = seen?.decision
  if (!decision) return ''
  const stopped = decision.stoppedBy.length > 0 ? ` (${decision.stoppedBy.join(', ')})` : ''
  if (decision.kind === 'remediate')
    return `${decision.mode === 'auto' ? 'do' : 'propose'} ${decision.remediation}${stopped}`
  if (decision.kind === 'ignore') return 'nothing to do'
  return decision.remediation ? `ticket, not ${decision.remediation}${stopped}` : 'ticket'
}

function outcome({ seen }: Scene): string {
  const effect = seen?.actions.findLast((action) => action.state === 'done')?.effect
  return `${seen?.state ?? 'no case'}${effect && seen?.state !== 'resolved' ? `, ${effect}` : ''}`
}

/** Between two columns. */
const GAP = '  '

/** The columns' widths, scaled down to a terminal that is narrower. */
function widthsFor(columns: number | undefined): readonly number[] {
  const gaps = GAP.length * (COLUMNS.length - 1)
  const whole = COLUMNS.reduce((sum, [, width]) => sum + width, 0)
  const share = Math.min(1, ((columns ?? Number.POSITIVE_INFINITY) - gaps) / whole)
  return COLUMNS.map(([, width]) => Math.max(4, Math.floor(width * share)))
}

function rowOf(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => fit(cell, widths[index] ?? 10))
    .join(GAP)
    .trimEnd()
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

/** A scenario that did not come out as expected, in a sentence. */
export function differencesOf({ scenario, seen, differences }: Scene): string[] {
  if (differences.length === 0) return []
  return [`${scenario.id} (case ${seen?.id ?? 'none'}): ${differences.join('; ')}`]
}

/** Looks at 150 ms each: a minute and a half, many times what the slowest scenario takes. */
const ROUNDS = 600

interface DemoOptions {
  readonly once?: true
  readonly port: string
  readonly signIn: 'token' | 'okta'
}

export function addDemoCommand(program: Command, io: CliIo): void {
  program
    .command('demo')
    .description('Play every scenario against a simulated Okta org and show the outcome for each person.')
    .option('--once', 'end when all scenarios have their outcome; exit 1 and name those that have not')
    .option('--port <port>', 'port of the ops listener; 0 picks a free one', '0')
    .addOption(
      new Option('--sign-in <how>', 'how to sign in to the pages: with the ops token, or at the simulated org')
        .choices(['token', 'okta'])
        .default('token')
    )
    .action((options: DemoOptions) => demo(io, options))
}

async function demo(io: CliIo, options: DemoOptions): Promise<void> {
  const opsPort = portOf(options.port)
  const folder = await mkdtemp(join(tmpdir(), 'reenroll-demo-'))
  const world = await openWorld({
    scenarios: SCENARIOS,
    clock: systemClock,
    guards: CROWD_THEN_STORM_LIMITS,
    policy: READ_ALL,
    storeUrl: `sqlite:${join(folder, 'demo.db')}`,
    opsPort,
    signIn: options.signIn
  })
  const close = async () => {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const how = options.signIn === 'okta' ? 'as Ana Approver or Vera Viewer' : `with the token ${world.opsToken}`
    io.out(welcome(world, SCENARIOS.length, how))
    const table = createTable((line) => io.out(line), io.columns)
    const scenes = await playActs(world, table.show)
    const wrong = scenes.filter((scene) => scene.differences.length > 0)
    io.out(`\n${scenes.length - wrong.length} of ${scenes.length} scenarios reached their expected outcome.`)
    if (options.once) {
      await close()
      if (wrong.length > 0) throw new CommandFailed(wrong.flatMap(differencesOf))
      return
    }
    for (const line of wrong.flatMap(differencesOf)) io.err(line)
    io.out(farewell(world, how))
    closeWithGrace({ delay: 5_000, logger: false }, close)
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

/** Everybody fails, and the table fills as they come to rest; the storm comes last, so that it stops nobody else. */
export async function playActs(world: World, show: (scene: Scene) => void = () => {}): Promise<Scene[]> {
  const scenes = scenesOf(world.stage)
  const acts = [scenes.filter(({ scenario }) => !scenario.isolated), scenes.filter(({ scenario }) => scenario.isolated)]
  for (const act of acts) {
    for (const scene of act) await scene.cue()
    await play(act, world, ROUNDS, (scene) => {
      if (scene.differences.length === 0) show(scene)
    })
  }
  return scenes
}

function welcome(world: World, people: number, how: string): string {
  return [
    `Reenroll plays ${people} people who cannot enroll in Okta Verify, against a simulated Okta org.`,
    `  Okta (simulated)  ${world.sandboxUrl}/sandbox/state`,
    `  Review pages      ${world.service.opsUrl}/   sign in ${how}`,
    `  Metrics           ${world.service.opsUrl}/metrics`,
    ''
  ].join('\n')
}

function farewell({ service, opsToken }: World, how: string): string {
  return [
    '',
    'The service stays up until you press Ctrl-C. Look at it:',
    `  ${service.opsUrl}/  (sign in ${how})`,
    `  curl -H 'authorization: Bearer ${opsToken}' '${service.opsUrl}/api/cases?state=awaiting_approval&limit=5'`,
    `  REENROLL_OPS_PORT=${new URL(service.opsUrl).port} REENROLL_OPS_TOKEN=${opsToken} npx reenroll explain RE-…`,
    `  ${service.opsUrl}/metrics`
  ].join('\n')
}
