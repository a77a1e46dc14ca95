/**
 * The engine for several replicas: PostgreSQL 14 or newer through `pg`. Deliveries have connections of their own and share
 * commits; work is claimed with `FOR UPDATE SKIP LOCKED`; caps, controls and the ledger's end are guarded by advisory locks.
 */
import { randomUUID } from 'node:crypto'
import { StoreUnavailable } from '../domain/store.ts'
import { type AnswerOf, type Ask, type Command, type CommandName, isRead, perform } from './commands.ts'
import { ledgerKeys } from './ledger.ts'
import { readConnectionConfig } from './postgres/connection-config.ts'
import { DeliveryQueue } from './postgres/deliveries.ts'
import { concernsOneOfSeveral, isUniqueViolation } from './postgres/errors.ts'
import { migrate } from './postgres/migrate.ts'
import { Notifier } from './postgres/notify.ts'
import { ConnectBreaker, type LeaseClock, PostgresPool } from './postgres/pool.ts'
import type { TlsAccess } from './postgres/tls.ts'
import { type CountingStore, storeOver } from './store-over.ts'
import { probe } from './tables/figures.ts'
import { type Step, saveSteps } from './tables/saves.ts'

export interface PostgresOptions extends TlsAccess {
  /** Prints the current password (`REENROLL_STORE_PASSWORD_COMMAND`). */
  readonly passwordCommand?: string | null
  /** Connections for work; deliveries and notifications have three more. */
  readonly connections?: number
  /** Whose clock leases and caps run by; the database's by default. */
  readonly leaseClock?: LeaseClock
  /** `REENROLL_LEDGER_KEY`: the first signs ledger lines. */
  readonly ledgerKeys?: readonly string[]
}

export const DEFAULT_CONNECTIONS = 10
/** A hook must answer well inside Okta's 3 s (facts §1.3); two tries of this end within that. */
const INTAKE_WITHIN_MS = 1_500
const WORK_WITHIN_MS = 8_000
const CONNECT_MS = 4_000

/** Connects, migrates the schema, and starts to listen. Rejects with `StoreConfigError`, whose message says what to do. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<CountingStore> {
  const config = readConnectionConfig(url, options.passwordCommand ?? null, options)
  await migrate(config)
  const breaker = new ConnectBreaker()
  const { connections = DEFAULT_CONNECTIONS, leaseClock = 'database' } = options
  const intake = new PostgresPool(config, breaker, {
    connections: 2,
    withinMs: INTAKE_WITHIN_MS,
    connectMs: INTAKE_WITHIN_MS
  })
  const work = new PostgresPool(config, breaker, {
    ...{ connections, leaseClock },
    ledgerKey: ledgerKeys(options.ledgerKeys ?? [])[0] ?? null,
    withinMs: WORK_WITHIN_MS,
    connectMs: CONNECT_MS
  })
  const notifier = new Notifier(config, work, randomUUID())
  await notifier.listen()
  const deliveries = new DeliveryQueue(intake)
  const saves = shareCommits<Step, unknown>(
    (steps) =>
      work.transact((db) => saveSteps(db, steps), { mayBeLost: steps.every(mayBeLost), lockMs: SHARED_LOCK_MS }),
    (step) => callOn(work, { op: 'processEvents', ask: step })
  )
  let closing: Promise<void> | null = null
  async function close(): Promise<void> {
    await deliveries.drain()
    await notifier.close()
    await Promise.all([intake.close(), work.close()])
  }
  return storeOver({
    call: <Name extends CommandName>(op: Name, ask: Ask<Name>) => {
      const command = { op, ask } as unknown as Command
      const step = sharedStep(command)
      return (step ? saves(step) : callOn(work, command)) as Promise<AnswerOf<Name>>
    },
    receive: (delivery) =>
      closing ? Promise.reject(new StoreUnavailable('The store is closed.')) : deliveries.receive(delivery),
    notify: (what) => notifier.notify(`reenroll_${what}`),
    on: (what, call) => notifier.on(`reenroll_${what}`, call),
    probe: () => intake.use(probe),
    close() {
      closing ??= close()
      return closing
    },
    commits: () => deliveries.commits
  })
}

/** Commands whose unique violation means that another transaction made the same case, or opened one of the same subject. */
const CONFLICTING: readonly CommandName[] = ['save', 'processEvents', 'beginWrite']

/** A save that takes no lock before the ledger's: one that holds the controls' lock would make those behind it wait for two. */
function sharedStep({ op, ask }: Command): Step | null {
  const step = op === 'processEvents' ? ask : op === 'save' ? { events: [], save: ask } : null
  const { controlsVersion = null, challengeCaps = null } = step?.save ?? {}
  return controlsVersion === null && challengeCaps === null ? step : null
}

/** As on SQLite, what it did is done again from durable events. Other commits wait for the disk; claims have their own way. */
function mayBeLost({ events }: Step): boolean {
  return events.length > 0
}

/** Commands whose only write is one statement, which needs no transaction around it. */
const ALONE: ReadonlySet<CommandName> = new Set([
  ...(['claimEvents', 'claimDue', 'claimOutboxEntry', 'acquireLease', 'releaseLease'] as const),
  ...(['setCursor', 'updateCredential'] as const)
])

async function callOn(pool: PostgresPool, command: Command): Promise<unknown> {
  try {
    if (isRead(command) || ALONE.has(command.op)) return await pool.use((db) => perform(db, command))
    return await pool.transact((db) => perform(db, command), {
      mayBeLost: command.op === 'processEvents' && mayBeLost(command.ask)
    })
  } catch (error) {
    if (CONFLICTING.includes(command.op) && isUniqueViolation(error)) return 'conflict'
    throw error
  }
}

/** A case that somebody holds locked must not make the others in the transaction wait: then each gets one of its own. */
const SHARED_LOCK_MS = 250

/*
 * Saves of cases, many at a time: one transaction, one wait for the ledger, one sync of the server's disk. Those that
 * come while transactions run share the next one; an idle store commits at once.
 */

/** While one waits for the disk or for the ledger, the next one does its own work. */
const COMMITS_AT_ONCE = 2
const BATCH_MAX = 16

interface Waiting<Ask, Answer> {
  readonly ask: Ask
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * `together` does all or nothing, with the answers in the same order. When it fails, each is done by `alone`, so that one that
 * cannot be saved costs only itself. Without an answer from the server, all fail: nobody knows what was committed.
 */
export function shareCommits<Ask, Answer>(
  together: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  alone: (ask: Ask) => Promise<Answer>
): (ask: Ask) => Promise<Answer> {
  const queue: Waiting<Ask, Answer>[] = []
  let running = 0

  async function run(): Promise<void> {
    running += 1
    // Other callers of this turn join.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (queue.length > 0) await commit(queue.splice(0, BATCH_MAX))
    running -= 1
  }

  async function commit(batch: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await together(batch.map(({ ask }) => ask))
      for (const [n, answer] of answers.entries()) batch[n]?.resolve(answer)
    } catch (error) {
      // Not waited for: one of them may hold up the others behind it.
      if (concernsOneOfSeveral(error))
        for (const { ask, resolve, reject } of batch) void alone(ask).then(resolve, reject)
      else for (const { reject } of batch) reject(error)
    }
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      queue.push({ ask, resolve, reject })
      if (running < COMMITS_AT_ONCE) void run()
    })
}
