/**
 * The engine for several replicas: PostgreSQL 14 or newer through `pg`. Same promises as the others (`store.ts`). Deliveries
 * have a connection of their own and share commits; work is claimed with `FOR UPDATE SKIP LOCKED`; caps, controls and the
 * ledger's end are guarded by advisory locks that end with their transaction.
 */
import { randomUUID } from 'node:crypto'
import { type Store, StoreUnavailable } from '../domain/store.ts'
import { caseSave } from './case-rows.ts'
import { pendingEvents } from './claimed-events.ts'
import { bringsWork } from './keys.ts'
import { actionsSince } from './postgres/actions.ts'
import { activity } from './postgres/activity.ts'
import { claimDue, countChildren, release } from './postgres/cases.ts'
import { setControls } from './postgres/controls.ts'
import { cursor, setCursor } from './postgres/cursors.ts'
import { deadLetters } from './postgres/dead-letters.ts'
import { holdDuty, leaveDuty } from './postgres/duties.ts'
import { claimErrand, errands, outboxFigures, releaseErrands, retryErrand, saveErrand } from './postgres/errands.ts'
import { nextEvents } from './postgres/events.ts'
import { probe, snapshot } from './postgres/figures.ts'
import { Gate } from './postgres/gate.ts'
import { Intake } from './postgres/intake.ts'
import { Lane } from './postgres/lane.ts'
import { ledger } from './postgres/ledger-rows.ts'
import { listCases } from './postgres/lists.ts'
import { migrate } from './postgres/migrate.ts'
import { databaseTime, type Moment } from './postgres/moment.ts'
import { beginWrite } from './postgres/saves.ts'
import { orConflict, shareCalls } from './postgres/shared-calls.ts'
import { readTarget } from './postgres/target.ts'
import { bringForward, sharedTime } from './postgres/timekeeping.ts'
import type { TlsAccess } from './postgres/tls.ts'
import { erase, mentions, prune } from './postgres/upkeep.ts'
import { Wake } from './postgres/wake.ts'

export interface PostgresOptions extends TlsAccess {
  /** Prints the password of the moment (`REENROLL_STORE_PASSWORD_COMMAND`). */
  readonly passwordCommand?: string | null
  /** Connections for work; deliveries and notifications have three more. */
  readonly connections?: number
  /** Whose time counts; the database's unless told otherwise. */
  readonly moment?: Moment
}

export interface PostgresStore extends Store {
  /** Commits of deliveries so far: with many callers, far fewer than calls. */
  commits(): number
}

export const DEFAULT_CONNECTIONS = 10
/** A hook must answer well inside Okta's 3 s (facts §1.3); two tries of this fit into two seconds' patience or end with it. */
const INTAKE_WITHIN_MS = 1_500
const WORK_WITHIN_MS = 8_000
const CONNECT_MS = 4_000

/** Connects, brings the schema up to date, and starts to listen. Rejects with `StoreRefused`, whose message says what to do. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<PostgresStore> {
  const target = readTarget(url, options.passwordCommand ?? null, options)
  await migrate(target)
  const gate = new Gate()
  const lanes = {
    intake: new Lane(target, gate, { connections: 2, withinMs: INTAKE_WITHIN_MS, connectMs: INTAKE_WITHIN_MS }),
    work: new Lane(target, gate, {
      connections: options.connections ?? DEFAULT_CONNECTIONS,
      withinMs: WORK_WITHIN_MS,
      connectMs: CONNECT_MS
    })
  }
  const wake = new Wake(target, lanes.work, randomUUID())
  await wake.listen()
  return storeOver(lanes, wake, options.moment ?? databaseTime)
}

interface Lanes {
  readonly intake: Lane
  readonly work: Lane
}

function storeOver({ intake, work }: Lanes, wake: Wake, moment: Moment): PostgresStore {
  const line = new Intake(intake)
  const shared = shareCalls(work, WORK_WITHIN_MS, moment)
  let closing: Promise<void> | null = null
  const tellIf = (there: boolean) => {
    if (there) wake.tell()
  }
  async function close(): Promise<void> {
    await line.drain()
    await wake.close()
    await Promise.all([intake.close(), work.close()])
  }
  return {
    async receive(delivery) {
      if (closing) throw new StoreUnavailable('The store is closed.')
      const receipt = await line.receive(delivery)
      tellIf(receipt.fresh.length > 0)
      return receipt
    },
    claimEvents: async (ask) => pendingEvents(await work.use((db) => nextEvents(db, ask, moment))),
    async processEvents({ events, write }) {
      const saved = await shared.keep.ask({ events, save: write ? caseSave(write) : null })
      tellIf(saved === 'saved' && write !== undefined && bringsWork(write))
      return saved
    },
    latestCase: (subjectKey) => shared.latestCase.ask(subjectKey),
    claimDue: (ask) => work.use((db) => claimDue(db, ask, moment)),
    async release(holder) {
      await work.use(async (db) => {
        await release(db, holder)
        await releaseErrands(db, holder)
      })
      tellIf(true)
    },
    async save(write) {
      const saved = await shared.keep.ask({ events: [], save: caseSave(write) })
      if (saved === 'already') throw new Error('a step without events was kept before')
      tellIf(saved === 'saved' && bringsWork(write))
      return saved
    },
    async beginWrite(write, limits) {
      const ask = { save: caseSave(write), limits }
      const begun = await work.transact((db) => beginWrite(db, ask, moment), 'reads').catch(orConflict)
      tellIf(begun === 'begun' && bringsWork(write))
      return begun
    },
    getCase: (id) => shared.getCase.ask(id),
    listCases: (query) => work.use((db) => listCases(db, query)),
    countCases: (filter) => shared.countCases.ask(filter),
    activity: (since) => work.use((db) => activity(db, since)),
    recent: (query) => shared.recent.ask(query),
    failing: (ask) => shared.failing.ask(ask),
    countChildren: (parentId) => work.use((db) => countChildren(db, parentId)),
    actionsSince: (since) => work.use((db) => actionsSince(db, since)),
    controls: () => shared.controls.ask(null),
    setControls: (next, entry) => work.transact((db) => setControls(db, next, entry)),
    ledger: (page) => work.use((db) => ledger(db, page)),
    putTicket: async (ticket) => void (await shared.putTicket.ask(ticket)),
    getTicket: (key) => shared.getTicket.ask(key),
    claimOutboxEntry: (ask) => work.use((db) => claimErrand(db, ask, moment)),
    saveOutboxEntry: (ask) => work.transact((db) => saveErrand(db, ask), 'reads'),
    outboxEntries: (query) => work.use((db) => errands(db, query)),
    async retryOutboxEntry(id, now) {
      const errand = await work.transact((db) => retryErrand(db, id, now))
      tellIf(errand !== null)
      return errand
    },
    outboxFigures: () => work.use(outboxFigures),
    acquireLease: (ask) => work.use((db) => holdDuty(db, ask, moment)),
    releaseLease: (name, holder) => work.use((db) => leaveDuty(db, name, holder)),
    cursor: (name) => work.use((db) => cursor(db, name)),
    setCursor: (name, value) => work.use((db) => setCursor(db, name, value)),
    applyRetention: (ask) => work.transact((db) => prune(db, ask)),
    findMentions: (ask) => work.use((db) => mentions(db, ask)),
    erasePerson: (ask) => work.transact((db) => erase(db, ask)),
    sharedTime: () => work.use(sharedTime),
    bringForward: (now) => work.use((db) => bringForward(db, now, moment)),
    deadLetters: (limit) => work.use((db) => deadLetters(db, limit)),
    snapshot: () => work.use(snapshot),
    onWork: (call) => wake.onWork(call),
    healthy: () =>
      intake.use(probe).then(
        () => true,
        () => false
      ),
    close() {
      closing ??= close()
      return closing
    },
    commits: () => line.commits
  }
}
