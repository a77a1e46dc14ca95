/** A process of its own for `kill.trial.ts`: the real lanes over a SQLite file, towards the target that its arguments name. */

import { writeSync } from 'node:fs'
import type { TargetPolicy } from '../../src/config/policy/tickets.ts'
import { plus, systemClock } from '../../src/domain/time.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { ticketDraft } from '../../src/ticket/draft/draft.ts'
import { createDispatcher } from '../../src/ticket/outbox/dispatcher.ts'
import { snapshotOf } from '../../src/ticket/outbox/snapshot.ts'
import { startOutboxWorker } from '../../src/ticket/outbox/worker.ts'
import { openTargets } from '../../src/ticket/targets/open.ts'

import { OPTIONS } from './draft/cases.ts'
import { POLICY } from './outbox/outbox-world.ts'
import { targetPolicy } from './target-settings.ts'

export interface ChildOrder {
  readonly file: string
  readonly settings: TargetPolicy['settings']
  readonly secret: string
  /** How far its clock is ahead, as if that much time had passed before it started. */
  readonly aheadMs: number
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder
const clock = () => plus(systemClock(), order.aheadMs)
const store = await openSqlite(order.file)
const policy = targetPolicy({ personalData: ['login'], settings: order.settings })
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const [target] = await openTargets([policy], { tracker: order.secret }, { clock, sleep })
if (!target) throw new Error('no target')
const dispatcher = createDispatcher(target, {
  store,
  snapshot: (c, entry) =>
    snapshotOf(c, entry, policy, { draft: (it) => ticketDraft(it, OPTIONS), caseUrl: OPTIONS.caseUrl }),
  closeCase: async () => true,
  policy: POLICY,
  clock,
  emit: () => {},
  holder: `process-${process.pid}`,
  random: () => 0.5
})
startOutboxWorker({
  dispatchers: [dispatcher],
  closings: [],
  onWork: (wake) => store.onWork(wake),
  clock,
  pollMs: 50,
  closingsEveryMs: 60_000,
  onError: (error) => writeSync(2, `${error}\n`)
})
const watch = setInterval(async () => {
  const [entry] = await store.outboxEntries({ limit: 1 })
  if (entry?.state !== 'done') return
  clearInterval(watch)
  writeSync(1, `${JSON.stringify(entry)}\n`)
  process.exit(0)
}, 50)
