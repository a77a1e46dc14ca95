/**
 * Puts the service together, in two parts: here what it takes to receive and keep deliveries; in `compose-work.ts` everything
 * that happens to them, which is most of what there is to load, and is loaded while the hook already listens. Only
 * `compose*.ts` construct engines and adapters; everything else is handed what it needs.
 */

import { readFileSync } from 'node:fs'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { createCommands } from '../case/commands.ts'
import type { Worker } from '../case/worker.ts'
import type { Policy } from '../config/policy/policy.ts'
import type { TicketPolicy } from '../config/policy/tickets.ts'
import type { Settings } from '../config/settings/settings.ts'
import type { Store } from '../domain/store.ts'
import { SECOND_MS, systemClock } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { createLoadSignal } from '../intake/load-signal.ts'
import { createSharedClock } from '../store/clock.ts'
import { openStore } from '../store/open.ts'
import type { OutboxWorker } from '../ticket/outbox/worker.ts'

import { listenerUrl } from './listeners.ts'
import { openLogger, openObservers } from './observers.ts'
import { closeListener, type ShutdownStep, stopWithin } from './shutdown.ts'

export interface ServiceOptions {
  readonly settings: Settings
  readonly policy: Policy
  readonly clock?: Clock
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where log lines go; default standard output. */
  readonly logTo?: { write(line: string): void }
  readonly worker?: { readonly pollMs?: number; readonly concurrency?: number; readonly leaseMs?: number }
  /** Whether the System Log is followed beside the hook, and how to wait meanwhile; by default it is. */
  readonly followLog?: false | { readonly sleep: (ms: number, signal: AbortSignal) => Promise<void> }
  /** How long another replica waits for one that has died before it goes on with what only one does. */
  readonly dutyLeaseMs?: number
  /** How long one Okta call may take. */
  readonly oktaTimeoutMs?: number
  /** How calls to Okta wait for their turn; tests replace it, as they do the clock. */
  readonly oktaPause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Another store than the one the settings name, already open; tests look into it. */
  readonly store?: Store
}

export interface Service {
  readonly hookUrl: string
  readonly opsUrl: string
  readonly worker: Worker
  /** Tells the ticket systems that the policy names; null without any. */
  readonly tickets: OutboxWorker | null
  readonly store: Store
  /** Accepts nothing more, finishes what is under way, gives leases back, closes the store. */
  close(): Promise<void>
}

/** A service that takes deliveries, the rest of which is still being started. */
export interface Receiving {
  readonly hookUrl: string
  /** Resolves when everything runs. Rejects when a part cannot start or `close` came first; then all of it is closed. */
  readonly running: Promise<Service>
  close(): Promise<void>
}

/** What is under way may take this long to end when the process is to stop; the start, the listeners and the store, each. */
const WORK_ENDS_WITHIN_MS = 10 * SECOND_MS
const START_ENDS_WITHIN_MS = 2 * SECOND_MS
const REST_ENDS_WITHIN_MS = 4 * SECOND_MS

/** Starts the service; resolves when everything runs. Rejects with `StoreConfigError` or a listener's own error. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { running } = await startReceiving(options)
  return running
}

/**
 * Starts the service; resolves when the hook listens, for which settings, policy, secrets and store have been found good.
 * What is acknowledged from then on waits in the store for the worker. Rejects with `StoreConfigError` or the listener's error.
 */
export async function startReceiving(options: ServiceOptions): Promise<Receiving> {
  const { settings, policy } = options
  const version = ownVersion()
  const logger = openLogger(settings, {
    level: options.logLevel ?? 'info',
    ...(options.logTo ? { to: options.logTo } : {})
  })
  const shared = options.clock
    ? null
    : createSharedClock({
        machine: systemClock,
        onNotice: (what) => logger.warn(what),
        onTrouble: (error) => logger.error({ err: error }, 'clock trouble')
      })
  const clock = options.clock ?? shared?.clock ?? systemClock
  // Nine in ten of the libraries for tickets are for systems that one policy does not name.
  const ticketing = tellsSomebody(policy.tickets) ? await import('./tickets.ts') : null
  const trackers = ticketing && (await ticketing.openTickets(policy.tickets, settings, clock))
  // The store's thread starts while we load what is to listen.
  const [opened, { buildHookListener, HOOK_PATH }] = await Promise.all([
    options.store ?? openStore(settings.storeUrl, settings.storeAccess),
    import('../intake/hook/endpoint.ts')
  ])
  await shared?.follow(opened)
  const store = ticketing && trackers ? ticketing.storeWithOutbox(opened, trackers) : opened
  const observers = await openObservers(settings, version, logger)
  const { trace, emit } = observers
  const flow = createLoadSignal((delivery) => store.receive(delivery))
  const hook = buildHookListener({ store: flow, settings: settings.hook, clock, emit, logger, trace })
  const commands = createCommands({ store, policy, clock, emit })
  const onTicketTrouble = (error: unknown, target: string) => logger.error({ err: error, target }, 'ticket trouble')
  if (trackers) ticketing?.addTicketRoutes(hook, trackers, { store, commands, clock, onError: onTicketTrouble })

  const closing = new AbortController()
  /** What the second part has started, and how that ends. */
  const ends: Ends = { work: [], listeners: [] }
  let starting: Promise<unknown> = Promise.resolve()
  let closed: Promise<void> | null = null
  /** Bounded at each step, so that a store or an Okta that hangs costs no more than the grace of `serve` (20 s). */
  async function end(): Promise<void> {
    closing.abort()
    const onTrouble = (error: Error, part: string) => logger.error({ err: error, part }, 'trouble while stopping')
    const within = (ms: number, steps: readonly ShutdownStep[]) => stopWithin(ms, steps, onTrouble)
    const hookEnds = within(WORK_ENDS_WITHIN_MS, [{ name: 'the hook listener', run: () => closeListener(hook) }])
    await within(START_ENDS_WITHIN_MS, [{ name: 'the start', run: () => starting.catch(() => {}) }])
    const clockEnds = { name: 'the clock', run: async () => shared?.stop() }
    await Promise.all([hookEnds, within(WORK_ENDS_WITHIN_MS, [...ends.work, clockEnds])])
    await within(REST_ENDS_WITHIN_MS, ends.listeners)
    await within(REST_ENDS_WITHIN_MS, [
      { name: 'the store', run: () => store.close() },
      { name: 'the traces', run: () => trace.close() }
    ])
  }
  const close = () => {
    closed ??= end()
    return closed
  }
  async function run(): Promise<Service> {
    await loadTheRest(closing.signal)
    const { startWork } = await import('./work.ts')
    const base = { options, version, logger, clock, store, flow, observers, trackers, commands, onTicketTrouble }
    const work = await startWork(base, ends, closing.signal)
    return { hookUrl, ...work, store, close }
  }
  /** What has been started ends before anybody hears that the rest could not be. */
  const closingAfter = async (error: unknown): Promise<never> => {
    await close()
    throw error
  }
  await hook.listen({ host: settings.hook.host, port: settings.hook.port }).catch(closingAfter)
  const hookUrl = `${listenerUrl(hook, settings.hook.host)}${HOOK_PATH}`
  const running = run()
  starting = running
  return { hookUrl, running: running.catch(closingAfter), close }
}

/** Steps of the end, to be added to as things start. */
export interface Ends {
  readonly work: ShutdownStep[]
  readonly listeners: ShutdownStep[]
}

function tellsSomebody({ targets, mail }: TicketPolicy): boolean {
  return targets.length > 0 || mail.causes.length > 0
}

/** What `compose-work.ts` stands on, in pieces of a tenth of a second at most. */
const PIECES: readonly (() => Promise<unknown>)[] = [
  () => import('../telemetry/metrics.ts'),
  () => import('../okta/client/client.ts'),
  () => import('typebox'),
  () => import('../api/listener.ts'),
  () => import('../review/pages.ts'),
  () => import('./work.ts')
]
/** Between two pieces; long enough to take in, store and answer a delivery. */
const BREATH_MS = 50

/** Loads one piece after the other, so that deliveries are answered in between. */
async function loadTheRest(closing: AbortSignal): Promise<void> {
  for (const load of PIECES) {
    await sleepFor(BREATH_MS)
    closing.throwIfAborted()
    await load()
  }
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  return typeof parsed === 'object' && parsed && 'version' in parsed ? String(parsed.version) : 'unknown'
}
