/** What must hold after every command, and once everything has come to rest. */

import { isSettled } from '../../src/case/machine/transitions.ts'
import type { Case } from '../../src/domain/case.ts'
import { GENESIS, type LedgerLink, verifyChain } from '../../src/store/ledger.ts'
import type { World } from './world.ts'

const checkedUntil = new WeakMap<World, LedgerLink>()

/** After every command. */
export async function holds(world: World): Promise<void> {
  const cases = await world.cases()
  const wrong = [
    ...world.witness.violations,
    ...(await brokenChain(world)),
    ...twiceOpen(cases),
    ...cases.flatMap(impossible)
  ]
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
}

/** Once time has passed and Okta is well: every event has its fate, every case an end or a person who was told. */
export async function restsWell(world: World): Promise<void> {
  await holds(world)
  const cases = await world.cases()
  const { pendingEvents } = await world.store.snapshot()
  const wrong = [
    ...(pendingEvents > 0 ? [`${pendingEvents} events were never read`] : []),
    ...cases.filter((c) => !isSettled(c)).map((c) => `${c.id} is ${c.state} for ever`),
    ...cases.flatMap((c) => untold(c, cases)),
    ...cases.flatMap((c) =>
      c.actions.filter(({ state }) => state === 'intended').map(({ id }) => `${id} is not settled`)
    )
  ]
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
}

async function brokenChain(world: World): Promise<string[]> {
  const last = checkedUntil.get(world) ?? GENESIS
  const rows = await world.store.ledger({ after: last.seq, limit: 10_000 })
  const broken = verifyChain(rows, last)
  checkedUntil.set(world, rows.at(-1) ?? last)
  return broken === null ? [] : [`the ledger is broken at line ${broken}`]
}

function isOpen(c: Case): boolean {
  return c.state !== 'resolved' && c.state !== 'closed'
}

function twiceOpen(cases: readonly Case[]): string[] {
  const keys = cases.filter(isOpen).map((c) => c.subjectKey)
  return keys.filter((key, n) => keys.indexOf(key) !== n).map((key) => `${key} has two open cases`)
}

/** States that no case may ever be found in. */
function impossible(c: Case): string[] {
  const outstanding = c.actions.filter((action) => action.state === 'intended')
  return [
    c.state === 'awaiting_approval' && c.proposal === null && 'waits for approval of nothing',
    outstanding.length > 1 && 'has two writes outstanding',
    outstanding.length > 0 && c.state !== 'acting' && `is ${c.state} with a write outstanding`,
    c.dueAt === null && isOpen(c) && c.state !== 'with_person' && `is ${c.state} and will never be looked at again`,
    c.securityAlert !== null && c.state === 'resolved' && 'has alarmed security and ended by itself'
  ].flatMap((what) => (what === false ? [] : [`${c.id} ${what}`]))
}

/** Somebody must know of a case that waits for people, and nobody be left with a ticket of a case that has ended. */
function untold(c: Case, cases: readonly Case[]): string[] {
  if (!isOpen(c)) return c.ticket?.state === 'open' ? [`${c.id} has ended and its ticket is open`] : []
  if (c.state !== 'with_person') return []
  const parent = cases.find((one) => one.id === c.parentId)
  const told = c.parentId && !c.securityAlert ? parent : c
  if (told?.ticket?.state !== 'open')
    return [`nobody was told of ${c.id}${c.parentId ? ` of storm ${c.parentId}` : ''}`]
  return told === c && told.ticket.story < c.contentRevision ? [`the ticket of ${c.id} tells an old story`] : []
}
