/**
 * Puts the service together: `startService` reads as the list of its parts, in the order of their start. Only this folder
 * constructs engines and adapters; everything else gets what it needs.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createAccess } from '../api/access.ts'
import { buildOpsListener } from '../api/listener.ts'
import type { ChangePolicy } from '../api/runtime-controls.ts'
import { createKillSwitch, createSwitches } from '../api/runtime-controls.ts'
import { createCommands } from '../case/commands.ts'
import type { CaseContext } from '../case/context.ts'
import { evaluate } from '../case/evaluate.ts'
import { subjectKey } from '../case/machine/fold-event.ts'
import { createPeople } from '../case/person.ts'
import { advance } from '../case/pipeline.ts'
import { processEvents } from '../case/process-events.ts'
import { detectStorm } from '../case/storms.ts'
import { startWorker, type Worker } from '../case/worker.ts'
import { namesGroups, type Policy } from '../config/policy/policy.ts'
import { clientIdsOf, writerOf } from '../config/settings/okta.ts'
import type { Settings } from '../config/settings/settings.ts'
import { ownVersion } from '../config/version.ts'
import { decide } from '../decide/decide.ts'
import { shownPolicy } from '../decide/decision-table.ts'
import type { Case } from '../domain/case.ts'
import type { Controls } from '../domain/decision.ts'
import { type Store, StoreConfigError } from '../domain/store.ts'
import { MINUTE_MS, SECOND_MS, systemClock } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import { compileClassifier } from '../intake/classify/classify.ts'
import { buildHookListener, HOOK_PATH } from '../intake/hook/endpoint.ts'
import { createLoadSignal } from '../intake/load-signal.ts'
import { createReportDesk } from '../intake/report.ts'
import { createOktaClient, type OktaClientParts } from '../okta/client/client.ts'
import { createUserFinder } from '../okta/org.ts'
import { createReader } from '../okta/reads/reader.ts'
import { createWriter } from '../okta/writes.ts'
import { REMEDIATIONS } from '../remediate/index.ts'
import { addPages } from '../review/pages.ts'
import { createSessions } from '../review/session/sessions.ts'
import { createSharedClock } from '../store/clock.ts'
import { openStore } from '../store/open.ts'
import { createRecentLines, type RecentLines } from '../telemetry/logging.ts'
import { ticketDraft } from '../ticket/draft/draft.ts'
import { createLocalDesk } from '../ticket/local-desk.ts'
import type { OutboxWorker } from '../ticket/outbox/worker.ts'
import { createPolicyChange } from './change-policy.ts'
import { startServiceJobs } from './jobs.ts'
import { closeListener, listenerUrl } from './listeners.ts'
import { openLogger, openMetrics, openObservers } from './observers.ts'
import { createPolicyInForce, followPolicy } from './policy-in-force.ts'
import { reviewDeps, signInOf } from './review.ts'
import { createShutdown, type Shutdown } from './shutdown.ts'
import { addTicketRoutes, openTickets, readAddress, startTickets, storeWithOutbox } from './tickets.ts'

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
  /** How long the singleton jobs of a crashed replica stay leased to it. */
  readonly jobLeaseMs?: number
  /** How long one Okta call may take. */
  readonly oktaTimeoutMs?: number
  /** How calls to Okta wait for the rate limiter; tests replace it, as they do the clock. */
  readonly oktaPause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** The store, when it is already open; `close` closes it. */
  readonly store?: Store
  /** Ends a start that is no longer wanted; `startService` then rejects. */
  readonly signal?: AbortSignal
}

export interface Service {
  readonly hookUrl: string
  readonly opsUrl: string
  readonly worker: Worker
  /** Delivers to the ticket systems that the policy names; null without any. */
  readonly tickets: OutboxWorker | null
  readonly store: Store
  /** Puts another policy into force, on all replicas. */
  readonly changePolicy: ChangePolicy
  /** Accepts nothing more, finishes work in progress, releases leases, closes the store. */
  close(): Promise<void>
}

/** Cases worked side by side. Okta's own limit on our concurrent calls is kept in `okta/` (facts §3.3). */
const CONCURRENCY = 48
/** Longer than any step: three Okta reads in a row at their time-out. */
const LEASE_MS = MINUTE_MS
const POLL_MS = 500

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
  const holder = randomUUID()
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
  let onPolicyChange = () => {}
  const inForce = createPolicyInForce({
    atStart: policy,
    mode: settings.mode,
    onChange: ({ hash, applied }) => {
      logger.info({ hash, by: applied?.by ?? null, since: applied?.at ?? null }, 'policy in force')
      onPolicyChange()
    },
    onError: (error) => logger.error({ err: error }, 'policy error')
  })
  await inForce.under(await opened.controls())
  const { targets, mail } = policy.tickets
  const trackers =
    targets.length > 0 || mail.causes.length > 0 ? await openTickets(policy.tickets, settings, clock) : null
  const store = trackers ? storeWithOutbox(opened, () => inForce.current().policy.tickets) : opened

  // Metrics, traces and log.
  let tickets: Service['tickets'] = null
  const breakers = () =>
    (tickets?.state() ?? []).map(({ breaker, ...state }) => ({ ...state, isOpen: breaker !== 'closed' }))
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
  const hook = buildHookListener({ store: load, settings: settings.hook, clock, emit, logger, trace })
  if (trackers) addTicketRoutes(hook, trackers, { store, commands, clock, onError: onTicketError })
  signal?.throwIfAborted()
  shutdown.add('work', 'the hook listener', () => closeListener(hook))
  await hook.listen({ host: settings.hook.host, port: settings.hook.port })

  // Okta. Its limits are per app and token, so the app that writes has a client of its own.
  const oktaParts: OktaClientParts = {
    requestTimeoutMs: options.oktaTimeoutMs ?? 10 * SECOND_MS,
    quotaPercent: policy.oktaQuotaPercent,
    ...(options.oktaPause ? { pause: options.oktaPause } : {}),
    ...(options.clock ? { elapsedMs: () => Date.parse(clock()) } : {}),
    emit
  }
  const okta = createOktaClient(settings.okta, oktaParts)
  const actuator = settings.okta.actuator ? createOktaClient(writerOf(settings.okta), oktaParts) : okta
  const reader = inForce.part((policy) =>
    createReader(okta, {
      clock,
      absentSources: policy.decide.absentSources,
      unusedSources: namesGroups(policy) ? [] : ['groups'],
      windowMs: policy.evidence.maxAgeMs
    })
  )

  // Cases.
  const opsUrl = () => listenerUrl(ops, settings.ops.host)
  /** Where people reach the pages; behind a proxy that is another address. */
  const publicUrl = () => settings.review?.publicUrl ?? opsUrl()
  const caseUrl = (id: string) => `${publicUrl()}/cases/${id}`
  const decidePolicy = async (controls: Controls) => (await inForce.under(controls)).decide
  const cases: CaseContext = {
    store,
    get reader() {
      return reader()
    },
    get policy() {
      return inForce.current().policy
    },
    writer: createWriter(actuator),
    remediations: REMEDIATIONS,
    desk: createLocalDesk(store, { url: caseUrl, clock }),
    draft: (c: Case) => ticketDraft(c, { orgUrl: settings.okta.orgUrl, caseUrl, remediations: REMEDIATIONS }),
    evaluate: (c, evidence) => evaluate(c, evidence, { store, decide, policy: decidePolicy, clock }),
    clock,
    emit,
    trace
  }

  // The ops listener: API and pages.
  const killSwitch = createKillSwitch(store, clock)
  const switches = createSwitches(store, clock)
  const changePolicy = createPolicyChange({
    ...{ store, switches, inForce, mode: settings.mode, clock },
    ...{ atStart: policy, client: okta }
  })
  const signIn = signInOf(settings)
  const sessions = createSessions({ store, signIn, publicUrl, clock })
  const access = createAccess(store, clock)
  /** For events that come without a request of their own. */
  const receive: Store['receive'] = (delivery) =>
    trace.intake({ source: delivery.source, elapsedMs: 0, traceparent: null }, () => store.receive(delivery))
  const reports = createReportDesk({
    store: { receive, latestCase: (key) => store.latestCase(key) },
    findUserId: createUserFinder(okta),
    keyOf: subjectKey,
    newId: randomUUID,
    clock,
    sleep: sleepFor
  })
  const ops = await buildOpsListener({
    store,
    commands,
    people: createPeople({ store, commands, clock }),
    metrics,
    token: settings.ops.token,
    session: sessions,
    hosts: [
      settings.ops.host,
      ...(settings.review?.publicUrl ? [new URL(settings.review.publicUrl).hostname] : []),
      ...(settings.ops.hosts ?? [])
    ],
    access,
    controls: killSwitch,
    switches,
    clock,
    policyView: async () => {
      const controls = await store.controls()
      return { ...shownPolicy(await decidePolicy(controls), controls), applied: inForce.current().applied }
    },
    changePolicy,
    recentLines: recent.all,
    report: async (report, by) => void (await reports.take(report, by)),
    isDraining: () => closing.signal.aborted,
    checks: [],
    version,
    logger
  })
  await addPages(
    ops,
    reviewDeps({
      settings,
      store,
      signIn,
      sessions,
      access,
      commands,
      reports,
      killSwitch,
      switches,
      policy: () => inForce.current().decide,
      publicUrl,
      clock
    })
  )
  shutdown.add('pages', 'the ops listener', () => closeListener(ops))
  await ops.listen({ host: settings.ops.host, port: settings.ops.port })
  signal?.throwIfAborted()

  // Working, once both listen: tickets carry addresses of cases.
  if (trackers) {
    tickets = startTickets(trackers, {
      ...{ store, commands, draft: cases.draft, caseUrl, clock, emit, trace, holder },
      readAgain: (c) => readAddress(reader(), c, clock()),
      pollMs: options.worker?.pollMs ?? POLL_MS,
      onError: onTicketError
    })
    shutdown.add('work', 'the ticket dispatchers', () => tickets?.stop())
  }
  const classify = inForce.part(({ classifier }) =>
    compileClassifier({ ...classifier, ownIds: clientIdsOf(settings.okta) })
  )
  const worker = startWorker({
    store,
    clock,
    holder,
    processEvents: async (events) => {
      const failed = await processEvents(events, { store, classify: classify(), clock, emit })
      if (failed) await detectStorm(cases)
    },
    advance: (c) => advance(c, holder, cases, () => !closing.signal.aborted),
    onError: (error) => logger.error({ err: error }, 'worker error'),
    concurrency: options.worker?.concurrency ?? CONCURRENCY,
    isUnderLoad: () => load.isHigh(),
    batch: 200,
    leaseMs: options.worker?.leaseMs ?? LEASE_MS,
    pollMs: options.worker?.pollMs ?? POLL_MS
  })
  shutdown.add('work', 'the worker', () => worker.stop())
  const startJobs = () =>
    startServiceJobs({
      ...{ store, receive, okta, policy: inForce.current().policy, clock, emit, holder },
      ...{ hook: settings.hook, auth: settings.okta.auth, followLog: options.followLog, leaseMs: options.jobLeaseMs },
      ledgerKeys: settings.storeAccess?.ledgerKeys ?? [],
      onLedgerHead: ({ seq, hash }) => logger.info({ seq, hash }, 'ledger head'),
      onError: (error, job) => logger.error({ err: error, job }, 'job error')
    })
  let jobs = Promise.resolve(startJobs())
  shutdown.add('work', 'the jobs', async () => (await jobs).stop())
  onPolicyChange = () => {
    if (closing.signal.aborted) return
    jobs = jobs.then(async (before) => {
      await before.stop()
      return startJobs()
    })
  }
  const following = followPolicy(inForce, opened, (error) => logger.error({ err: error }, 'policy error'))
  shutdown.add('work', 'the policy', () => following.stop())

  return {
    hookUrl: `${listenerUrl(hook, settings.hook.host)}${HOOK_PATH}`,
    opsUrl: opsUrl(),
    worker,
    tickets,
    store,
    changePolicy,
    close: () => {
      closing.abort()
      return shutdown.run()
    }
  }
}

function openSharedClock(logger: Logger) {
  return createSharedClock({
    machine: systemClock,
    onNotice: (what) => logger.warn(what),
    onError: (error) => logger.error({ err: error }, 'clock error')
  })
}
