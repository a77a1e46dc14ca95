/** Figures that come from the store when somebody scrapes: one cheap read, at most one in five seconds. */
import { Gauge, type Registry } from 'prom-client'
import { CLUSTER_STATUS_KEYS, readHookStatus, readLedgerCheck } from '../domain/cluster-status.ts'
import type { Controls } from '../domain/decision.ts'
import type { OutboxFigure } from '../domain/outbox.ts'
import type { Store, StoreSnapshot } from '../domain/store.ts'
import { msBetween, SECOND_MS } from '../domain/time.ts'
import { CANARY, CASE_STATES, type Clock, type Instant } from '../domain/vocabulary.ts'
import { METRIC_CATALOGUE, type MetricRow, UNFINISHED_STATES } from './metric-catalogue.ts'

export interface StoreGaugeDeps {
  readonly store: Pick<Store, 'snapshot' | 'controls' | 'outboxFigures' | 'getCase' | 'cursor'>
  /** How often a canary is sent; left out when none are. */
  readonly canaryEveryMs?: number | undefined
  /** Whether many users fail at once right now. */
  readonly isStorm: () => Promise<boolean>
  readonly clock: Clock
  /** Called when the store could not be read; the gauges then keep what they said before. */
  readonly onFailure: () => void
}

interface Figures {
  readonly snapshot: StoreSnapshot
  readonly controls: Controls
  readonly outbox: readonly OutboxFigure[]
  readonly isStorm: boolean
  /** Null while nobody knows. */
  readonly areHooksVerified: boolean | 'unreadable' | null
  readonly isLedgerIntact: boolean | null
  readonly canary: { readonly everyMs: number; readonly doneAt: Instant } | null
}

/** How long one read of the store serves. */
const FRESH_MS = 5 * SECOND_MS

type Fill = (gauge: Gauge, figures: Figures, now: Instant) => void

const FILLS: readonly (readonly [MetricRow, Fill])[] = [
  [
    METRIC_CATALOGUE.cases,
    (gauge, { snapshot }) => {
      for (const state of CASE_STATES) gauge.set({ state }, snapshot.cases[state].count)
    }
  ],
  [
    METRIC_CATALOGUE.caseOldest,
    (gauge, { snapshot }, now) => {
      for (const state of UNFINISHED_STATES) gauge.set({ state }, ageSeconds(snapshot.cases[state].oldestAt, now))
    }
  ],
  [METRIC_CATALOGUE.inboxPending, (gauge, { snapshot }) => gauge.set(snapshot.pendingEvents)],
  [
    METRIC_CATALOGUE.inboxOldest,
    (gauge, { snapshot }, now) => gauge.set(ageSeconds(snapshot.oldestPendingEventAt, now))
  ],
  [METRIC_CATALOGUE.deadLetters, (gauge, { snapshot }) => gauge.set(snapshot.deadLetters)],
  [
    METRIC_CATALOGUE.outboxPending,
    (gauge, { outbox }) => {
      for (const { target, pending } of outbox) gauge.set({ target }, pending)
    }
  ],
  [
    METRIC_CATALOGUE.outboxOldest,
    (gauge, { outbox }, now) => {
      for (const { target, oldestQueuedAt } of outbox) gauge.set({ target }, ageSeconds(oldestQueuedAt, now))
    }
  ],
  [
    METRIC_CATALOGUE.outboxDead,
    (gauge, { outbox }) => {
      for (const { target, dead } of outbox) gauge.set({ target }, dead)
    }
  ],
  [METRIC_CATALOGUE.stormActive, (gauge, { isStorm }) => gauge.set(isStorm ? 1 : 0)],
  [METRIC_CATALOGUE.hookVerified, (gauge, { areHooksVerified }) => setHookStatus(gauge, areHooksVerified)],
  [METRIC_CATALOGUE.ledgerIntact, (gauge, { isLedgerIntact }) => setIfKnown(gauge, isLedgerIntact)],
  [
    METRIC_CATALOGUE.canaryAge,
    (gauge, { canary }, now) => (canary ? gauge.set(ageSeconds(canary.doneAt, now)) : gauge.remove())
  ],
  [
    METRIC_CATALOGUE.canaryInterval,
    (gauge, { canary }) => (canary ? gauge.set(canary.everyMs / SECOND_MS) : gauge.remove())
  ],
  [
    METRIC_CATALOGUE.brakeActive,
    (gauge, { controls }) => {
      gauge.set({ brake: 'kill' }, controls.kill?.on ? 1 : 0)
      gauge.set({ brake: 'ceiling' }, controls.ceiling === null ? 0 : 1)
      gauge.set({ brake: 'pause' }, Object.values(controls.rules).some((rule) => rule.paused) ? 1 : 0)
    }
  ]
]

/** Registers the gauges; each reads through the same cache when it is collected. */
export function registerStoreGauges(registry: Registry, deps: StoreGaugeDeps): void {
  const figures = cachedFigures(deps)
  for (const [{ name, help, labels }, fill] of FILLS) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      async collect() {
        const now = await figures()
        if (now) fill(this, now, deps.clock())
      }
    })
  }
}

function cachedFigures(deps: StoreGaugeDeps): () => Promise<Figures | null> {
  const startedAt = deps.clock()
  let readAt: Instant | null = null
  let reading: Promise<Figures | null> = Promise.resolve(null)
  return () => {
    const now = deps.clock()
    const ageMs = readAt === null ? FRESH_MS : msBetween(readAt, now)
    // Negative: the clock was set back.
    if (ageMs < 0 || ageMs >= FRESH_MS) {
      readAt = now
      reading = read(deps, startedAt)
    }
    return reading
  }
}

async function read(deps: StoreGaugeDeps, startedAt: Instant): Promise<Figures | null> {
  const { store, isStorm, onFailure, canaryEveryMs: everyMs } = deps
  try {
    const [snapshot, controls, outbox, storm, hooks, ledger, canary] = await Promise.all([
      store.snapshot(),
      store.controls(),
      store.outboxFigures(),
      isStorm(),
      store.cursor(CLUSTER_STATUS_KEYS.hooks),
      store.cursor(CLUSTER_STATUS_KEYS.ledger),
      everyMs === undefined ? null : store.getCase(CANARY.caseId)
    ])
    const doneAt = canary?.canary?.doneAt ?? startedAt
    return {
      ...{ snapshot, controls, outbox, isStorm: storm },
      areHooksVerified: readHookStatus(hooks, deps.clock()),
      isLedgerIntact: readLedgerCheck(ledger)?.isIntact ?? null,
      canary: everyMs === undefined ? null : { everyMs, doneAt }
    }
  } catch {
    onFailure()
    return null
  }
}

/** A gauge without a value is absent: unknown is neither good nor bad. */
function setIfKnown(gauge: Gauge, is: boolean | null): void {
  if (is === null) gauge.remove()
  else gauge.set(is ? 1 : 0)
}

/** A check that fails is a value of its own, so that an alert can fire. */
function setHookStatus(gauge: Gauge, status: boolean | 'unreadable' | null): void {
  if (status === 'unreadable') gauge.set(-1)
  else setIfKnown(gauge, status)
}

function ageSeconds(at: Instant | null, now: Instant): number {
  return at === null ? 0 : Math.max(0, msBetween(at, now) / SECOND_MS)
}
