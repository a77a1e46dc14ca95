/**
 * Puts the service together: `startService` reads as the list of its parts, in the order of their start. Only this folder
 * constructs engines and adapters; everything else gets what it needs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createCommands, recordMailed } from '../case/commands.ts'
import { ownVersion } from '../config/version.ts'
import { type Store, StoreConfigError } from '../domain/store.ts'
import { systemClock } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { buildHookListener, HOOK_PATH } from '../intake/hook/endpoint.ts'
import { createLoadSignal } from '../intake/load-signal.ts'
import { createSharedClock } from '../store/clock.ts'
import { openStore } from '../store/open.ts'
import { createRecentLines, type RecentLines } from '../telemetry/logging.ts'
import { returnMemoryWhenIdle } from './idle-memory.ts'
import { closeListener, listenerUrl } from './listeners.ts'
import { openLogger, openMetrics, openObservers } from './observers.ts'
import { createPolicyInForce } from './policy-in-force.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'
import type { Work, WorkOptions } from './work.ts'

export interface ServiceOptions extends WorkOptions {
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where log lines go; default standard output. */
  readonly logTo?: { write(line: string): void }
  /** The store, when it is already open; `close` closes it. */
  readonly store?: Store
}

export interface Service extends Work {
  readonly hookUrl: string
  readonly store: Store
  /** Accepts nothing more, finishes work in progress, releases leases, closes the store. */
  close(): Promise<void>
}

/**
 * Starts the service; resolves when everything runs. Rejects when a part cannot start; then everything is stopped, and what
 * the hook has acknowledged is in the store for the next start.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { settings, logLevel, logTo } = options
  const recent = createRecentLines()
  const logger = openLogger(settings, { level: logLevel ?? 'info', recent, ...(logTo ? { to: logTo } : {}) })
  const shutdown = createShutdown((error, part) => logger.error({ err: error, part }, 'error while stopping'))
  try {
    return await startParts(options, logger, recent, shutdown)
  } catch (error) {
    await shutdown.run()
    throw error
  }
}

/** A ledger whose next entry would not follow from its last is an error of the configuration. */
async function startLedger(store: Store, at: Instant): Promise<void> {
  const started = await store.startLedger({ at, adoptedBy: null })
  if (started === 'key_missing') {
    throw new StoreConfigError(
      'REENROLL_LEDGER_KEY: not set, but the ledger is signed. Set the key that signed it; several keys are separated by commas.'
    )
  }
  if (started === 'not_adopted') {
    throw new StoreConfigError(
      'REENROLL_LEDGER_KEY: set, but the ledger has entries that no key signed. Check them with `reenroll audit verify`, ' +
        'then run `reenroll audit sign --by <name>` once while the service is stopped.'
    )
  }
}

async function startParts(
  options: ServiceOptions,
  logger: Logger,
  recent: RecentLines,
  shutdown: Shutdown
): Promise<Service> {
  const { settings, policy, signal } = options
  const version = ownVersion()
  const closing = new AbortController()
  const onTicketError = (error: unknown, target: string) => logger.error({ err: error, target }, 'ticket error')

  // Store, clock and ticket systems. A store that cannot be opened or a missing secret ends the start here.
  const opened = options.store ?? (await openStore(settings.storeUrl, settings.storeAccess))
  shutdown.add('store', 'the store', () => opened.close())
  const shared = options.clock ? null : openSharedClock(logger)
  shutdown.add('work', 'the clock', () => shared?.stop())
  await shared?.follow(opened)
  const clock = options.clock ?? shared?.clock ?? systemClock
  await startLedger(opened, clock())
  const inForce = createPolicyInForce({
    atStart: policy,
    mode: settings.mode,
    onError: (error) => logger.error({ err: error }, 'policy error')
  })
  inForce.onChange(({ hash, applied }) =>
    logger.info({ hash, by: applied?.by ?? null, since: applied?.at ?? null }, 'policy in force')
  )
  await inForce.under(await opened.controls())
  const { targets, mail } = policy.tickets
  const toUsers = mail.causes.length > 0 || policy.guide.channels.length > 0
  const ticketing = targets.length > 0 || toUsers ? await import('./tickets.ts') : null
  const trackers = ticketing && (await ticketing.openTickets(policy, settings, clock, closing.signal))
  const store = ticketing ? ticketing.storeWithOutbox(opened, () => inForce.current().policy.tickets) : opened

  // Metrics, traces and log.
  let work: Work | null = null
  const breakers = () =>
    (work?.tickets?.state() ?? []).map(({ breaker, ...state }) => ({ ...state, isOpen: breaker !== 'closed' }))
  const metrics = openMetrics({ settings, policy, hash: () => inForce.current().hash, store, clock, version, breakers })
  const { trace, emit } = await openObservers(settings, version, logger, metrics)
  shutdown.add('store', 'the traces', () => trace.close())

  // The hook listener. What it acknowledges from now on is in the store, whatever becomes of the rest of the start.
  const commands = createCommands({
    ...{ store, clock, emit },
    get policy() {
      return inForce.current().policy
    }
  })
  const load = createLoadSignal((delivery) => store.receive(delivery))
  const { transmitters = [], trustedProxies = [] } = settings
  const hook = buildHookListener({
    ...{ store: load, settings: settings.hook, trustedProxies },
    ...{ clock, emit, logger, trace }
  })
  const onReturn = (id: string) =>
    recordMailed(id, { result: 'returned', channel: 'mail' }, { store, clock, emit, policy: inForce.current().policy })
  if (trackers) ticketing.addTicketRoutes(hook, trackers, { store, commands, clock, onError: onTicketError, onReturn })
  if (transmitters.length > 0) {
    const { addSignalRoute } = await import('../intake/ssf/endpoint.ts')
    const { createSetReader } = await import('../intake/ssf/token.ts')
    const receive: Store['receive'] = (delivery) =>
      trace.intake({ source: 'ssf', elapsedMs: 0, traceparent: null }, () => load.receive(delivery))
    addSignalRoute(hook, {
      transmitters,
      reader: createSetReader({ transmitters, clock }),
      store: { receive },
      clock,
      emit,
      logger
    })
  }
  signal?.throwIfAborted()
  shutdown.add('work', 'the hook listener', () => closeListener(hook))
  await hook.listen({ host: settings.hook.host, port: settings.hook.port })

  await loadWork()
  const { startWork } = await import('./work.ts')
  signal?.throwIfAborted()
  work = await startWork(options, {
    ...{ opened, store, clock, inForce, commands, trackers, metrics, trace, emit, logger, version, shutdown },
    recentLines: recent.all,
    isUnderLoad: () => load.isHigh(),
    closing: closing.signal
  })
  const memory = returnMemoryWhenIdle()
  shutdown.add('work', 'the return of memory', () => memory.stop())

  return {
    ...work,
    hookUrl: `${listenerUrl(hook, settings.hook.host)}${HOOK_PATH}`,
    store,
    close: () => {
      closing.abort()
      return shutdown.run()
    }
  }
}

/** The code behind `work.ts`, in parts. */
const WORK_PARTS = [
  () => import('../okta/client/client.ts'),
  () => import('./tickets.ts'),
  () => import('typebox'),
  () => import('../api/listener.ts'),
  () => import('../review/pages.ts')
]

/** Loads what works on stored events. That blocks the event loop, so after each part the hook has time to answer. */
async function loadWork(): Promise<void> {
  for (const load of WORK_PARTS) {
    const from = performance.now()
    await load()
    await sleep((performance.now() - from) / 4)
  }
}

function openSharedClock(logger: Logger) {
  return createSharedClock({
    machine: systemClock,
    onNotice: (what) => logger.warn(what),
    onError: (error) => logger.error({ err: error }, 'clock error')
  })
}
