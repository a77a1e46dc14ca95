/** Everything a store does to its tables, by name: the same for both engines. Asks and results can cross threads. */
import type { Db } from './db.ts'
import { claimDue, countChildren, getCase, latestCase } from './tables/cases.ts'
import { addCredential, credential, credentials, endCredentials, updateCredential } from './tables/credentials.ts'
import { forDeciding } from './tables/deciding.ts'
import { claimEvents, receive } from './tables/events.ts'
import { stormFacets } from './tables/facets.ts'
import { failing } from './tables/failures.ts'
import { activity, guidedCases, loneStops, probe, recoveries, snapshot } from './tables/figures.ts'
import { release, releaseAll, repairClockSkew, sharedTime } from './tables/leases.ts'
import {
  challengesSince,
  controlChanges,
  ledger,
  mayChangeLedger,
  recentOperators,
  startLedger
} from './tables/ledger.ts'
import { countByState, countCases, listCases } from './tables/lists.ts'
import { claimOutboxEntry, outboxEntries, outboxFigures, retryOutboxEntry, saveOutboxEntry } from './tables/outbox.ts'
import {
  acquireLease,
  controls,
  cursor,
  deadLetters,
  getTicket,
  releaseLease,
  setControls,
  setCursor
} from './tables/records.ts'
import { applyRetention, erasePerson, findMentions } from './tables/retention.ts'
import { beginWrite, save, saveStep } from './tables/saves.ts'
import { actionsSince, recent } from './tables/writes.ts'

const READS = {
  latestCase,
  getCase,
  listCases,
  countCases,
  countByState,
  activity,
  recoveries,
  loneStops,
  guidedCases,
  recent,
  forDeciding,
  failing,
  countChildren,
  stormFacets,
  actionsSince,
  controls: (db: Db, _ask: null) => controls(db),
  ledger,
  controlChanges,
  recentOperators,
  challengesSince,
  mayChangeLedger: (db: Db, _ask: null) => mayChangeLedger(db),
  getTicket,
  credential,
  credentials: (db: Db, _ask: null) => credentials(db),
  cursor,
  outboxEntries,
  outboxFigures: (db: Db, _ask: null) => outboxFigures(db),
  findMentions,
  deadLetters,
  snapshot: (db: Db, _ask: null) => snapshot(db),
  sharedTime: (db: Db, _ask: null) => sharedTime(db)
}
/**
 * Commits that may be lost in a power cut: claims, and work that will be redone from durable events. Nothing outside depends
 * on them before the next durable commit, whose sync includes them.
 */
const REPEATABLE = {
  claimEvents,
  processEvents: saveStep,
  claimDue,
  claimOutboxEntry,
  release,
  releaseAll: (db: Db, _ask: null) => releaseAll(db),
  acquireLease,
  releaseLease,
  updateCredential,
  repairClockSkew
}
const DURABLE = {
  receive,
  save,
  beginWrite,
  setControls,
  addCredential,
  endCredentials,
  setCursor,
  saveOutboxEntry,
  retryOutboxEntry,
  applyRetention,
  erasePerson,
  startLedger,
  probe: (db: Db, _ask: null) => probe(db)
}

const COMMANDS = { ...READS, ...REPEATABLE, ...DURABLE }
type Commands = typeof COMMANDS
export type CommandName = keyof Commands
export type Ask<Name extends CommandName> = Parameters<Commands[Name]>[1]
export type AnswerOf<Name extends CommandName> = Awaited<ReturnType<Commands[Name]>>

/** One command with what it asks, as it crosses threads. */
export type Command = { readonly [Name in CommandName]: { readonly op: Name; readonly ask: Ask<Name> } }[CommandName]

/** True when the command needs no commit. */
export function isRead({ op }: Pick<Command, 'op'>): boolean {
  return op in READS
}

/** True when its commit is on disk before it is answered. */
export function isDurable({ op }: Pick<Command, 'op'>): boolean {
  return op in DURABLE
}

/** Runs the command, inside the transaction that is open. */
export function perform(db: Db, command: Command): Promise<unknown> {
  const run = COMMANDS[command.op] as (db: Db, ask: Command['ask']) => Promise<unknown>
  return run(db, command.ask)
}
