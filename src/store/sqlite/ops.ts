/** Everything the worker thread can be asked, by name. The main thread knows only these types. */
import { actionsSince, recent } from './actions.ts'
import { activity } from './activity.ts'
import { claimDue, countChildren, getCase, latestCase, release, releaseAll } from './cases.ts'
import type { Connection } from './connection.ts'
import { controls, setControls } from './controls.ts'
import { cursor, setCursor } from './cursors.ts'
import { deadLetters } from './dead-letters.ts'
import { claimErrand, errands, outboxFigures, retryErrand, saveErrand } from './errands.ts'
import { digest, nextEvents, receive } from './events.ts'
import { probe, snapshot } from './figures.ts'
import { ledger } from './ledger-rows.ts'
import { countCases, listCases } from './lists.ts'
import { beginWrite, save } from './saves.ts'
import { getTicket, putTicket } from './tickets.ts'
import { bringForward } from './timekeeping.ts'
import { failing } from './traces.ts'
import { erase, mentions, prune } from './upkeep.ts'

const READS = {
  latestCase,
  getCase,
  listCases,
  countCases,
  activity,
  recent,
  failing,
  countChildren,
  actionsSince,
  controls: (db: Connection, _ask: null) => controls(db),
  ledger,
  getTicket,
  cursor,
  errands,
  outboxFigures: (db: Connection, _ask: null) => outboxFigures(db),
  mentions,
  deadLetters,
  snapshot: (db: Connection, _ask: null) => snapshot(db)
}
/**
 * What is done again when a power cut undoes it: claims and what follows from events that are on disk themselves. Nobody
 * outside is told of it before a later commit, whose sync takes it along.
 */
const REPEATABLE = {
  nextEvents,
  digest,
  claimDue,
  claimErrand,
  release,
  releaseAll: (db: Connection, _ask: null) => releaseAll(db),
  bringForward
}
const WRITES = {
  receive,
  save,
  beginWrite,
  setControls,
  putTicket,
  setCursor,
  saveErrand,
  retryErrand,
  prune,
  erase,
  probe
}

const OPS = { ...READS, ...REPEATABLE, ...WRITES }
type Ops = typeof OPS
export type OpName = keyof Ops
export type Ask<Name extends OpName> = Parameters<Ops[Name]>[1]
export type Answer<Name extends OpName> = ReturnType<Ops[Name]>

/** One request, as it crosses threads. */
export type Call = { readonly [Name in OpName]: { readonly op: Name; readonly ask: Ask<Name> } }[OpName]

/** True when the call needs no commit. */
export function isRead(call: Call): boolean {
  return call.op in READS
}

/** True when its commit is on disk before it is answered. */
export function isDurable(call: Call): boolean {
  return call.op in WRITES
}

/** Does what the call asks, inside the transaction that is open. */
export function perform(db: Connection, call: Call): unknown {
  const op = OPS[call.op] as (db: Connection, ask: Call['ask']) => unknown
  return op(db, call.ask)
}
