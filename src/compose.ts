/** Puts the service together. The only file that constructs engines and adapters; everything else is handed what it needs. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Case } from './case/case-file.ts'
import { createCommands } from './case/commands-of.ts'
import { digestEvents } from './case/digest.ts'
import { subjectKey } from './case/joins.ts'
import { judge } from './case/judge.ts'
import { advance } from './case/pipeline.ts'
import type { CaseDeps } from './case/steps.ts'
import { noticeStorm } from './case/storms.ts'
import { startWorker, type Worker } from './case/worker.ts'
import { startServiceDuties } from './compose-duties.ts'
import { openLogger, openObservers } from './compose-observe.ts'
import { reviewDeps, signInOf } from './compose-review.ts'
import { addTicketRoutes, openTickets, readAddress, startTickets, storeWithOutbox } from './compose-tickets.ts'
import { decide } from './decide/decide.ts'
import { queueOf } from './decide/rules.ts'
import { policyView } from './decide/table.ts'
import { closeListener, endWithin } from './ending.ts'
import { compileClassifier } from './intake/classify.ts'
import { buildHookListener } from './intake/hook.ts'
import { createReportDesk } from './intake/report-desk.ts'
import { createWriter } from './okta/actions.ts'
import { createOktaClient } from './okta/client.ts'
import { createUserFinder } from './okta/find-user.ts'
import { createReader } from './okta/reads.ts'
import { createBrake } from './ops/brake.ts'
import { createSwitches } from './ops/controls.ts'
import type { DutyRunner } from './ops/duties.ts'
import { buildOpsListener } from './ops/listener.ts'
import type { Policy } from './policy.ts'
import { REMEDIATIONS } from './remediate/index.ts'
import { addPages } from './review/pages.ts'
import { createSessionDoor } from './review/session-door.ts'
import type { Settings } from './settings.ts'
import { clientIdsOf, writerOf } from './settings-okta.ts'
import { openStore } from './store/open.ts'
import { createSharedClock } from './store/shared-clock.ts'
import type { Store } from './store/store.ts'
import { draftOf } from './ticket/draft.ts'
import { createLocalDesk } from './ticket/local-desk.ts'
import type { OutboxWorker } from './ticket/outbox-worker.ts'
import { MINUTE_MS, SECOND_MS, systemClock } from './time.ts'
import type { Clock } from './vocabulary.ts'

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

/** Cases worked side by side. Okta's own limit on our concurrent calls is kept in `okta/` (facts §3.3). */
const CONCURRENCY = 24
/** Longer than any step: three Okta reads in a row at their time-out. */
const LEASE_MS = MINUTE_MS

/** What is under way may take this long to end when the process is to stop; the listeners and the store after it, each. */
const WORK_ENDS_WITHIN_MS = 10 * SECOND_MS
const REST_ENDS_WITHIN_MS = 4 * SECOND_MS

/** Starts the service; resolves when both listeners accept. Rejects with `StoreRefused` or the listener's own error. */
export async function startService(options: ServiceOptions): Promise<Service> {
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
  const trackers = openTickets(policy.tickets, settings, clock)
  const opened = options.store ?? (await openStore(settings.storeUrl, settings.storeAccess))
  await shared?.follow(opened)
  const store = storeWithOutbox(opened, policy.tickets)
  const { metrics, trace, emit } = await openObservers({
    ...{ settings, policy, store, clock, version, logger },
    breakers: () => (tickets?.state() ?? []).map(({ target, breaker }) => ({ target, isOpen: breaker !== 'closed' }))
  })
  /** For what brings events without a request of its own. */
  const receive: Store['receive'] = (delivery) =>
    trace.intake({ source: delivery.source, elapsedMs: 0, traceparent: null }, () => store.receive(delivery))

  const opsUrl = () => urlOf(ops, settings.ops.host)
  /** Where people reach the pages; behind a proxy that is another address. */
  const publicUrl = () => settings.review?.publicUrl ?? opsUrl()
  const oktaParts = {
    requestTimeoutMs: options.oktaTimeoutMs ?? 10 * SECOND_MS,
    sharePercent: policy.oktaShare,
    ...(options.oktaPause ? { pause: options.oktaPause } : {}),
    emit,
    clock
  }
  const okta = createOktaClient(settings.okta, oktaParts)
  // Okta's limits of an app's share and of its token are per app, so the second one has a client of its own.
  const actuator = settings.okta.actuator ? createOktaClient(writerOf(settings.okta), oktaParts) : okta
  const reports = createReportDesk({
    store: { receive, latestCase: (key) => store.latestCase(key) },
    findUserId: createUserFinder(okta),
    keyOf: subjectKey,
    newId: randomUUID,
    clock,
    sleep: sleepFor
  })
  const caseUrl = (id: string) => `${publicUrl()}/cases/${id}`
  const policyInForce = { ...policy.decide, ceiling: settings.mode }
  const deps: CaseDeps = {
    store,
    reader: createReader(okta, {
      clock,
      absentSources: policy.decide.absentSources,
      windowMs: policy.evidence.maxAgeMs
    }),
    writer: createWriter(actuator),
    remediations: REMEDIATIONS,
    desk: createLocalDesk(store, { url: caseUrl, clock }),
    draft: (c: Case) => draftOf(c, { orgUrl: settings.okta.orgUrl, caseUrl, queueOf, remediations: REMEDIATIONS }),
    judge: (c, evidence) => judge(c, evidence, { store, decide, policy: policyInForce, clock }),
    policy,
    clock,
    emit,
    trace
  }
  const classify = compileClassifier({ ...policy.classifier, ownIds: clientIdsOf(settings.okta) })
  const holder = randomUUID()
  let draining = false

  const hook = buildHookListener({ store, settings: settings.hook, clock, emit, logger, trace })
  const commands = createCommands({ store, policy, clock, emit })
  const brake = createBrake(store, clock)
  const switches = createSwitches(store, clock)
  const signIn = signInOf(settings)
  const ops = await buildOpsListener({
    store,
    commands,
    metrics,
    token: settings.ops.token,
    session: createSessionDoor({ signIn, publicUrl, clock }),
    controls: brake,
    switches,
    clock,
    policyView: async () => policyView(policyInForce, await store.controls()),
    report: async (report, by) => void (await reports.take(report, by)),
    isDraining: () => draining,
    checks: [],
    version,
    logger
  })
  await addPages(
    ops,
    reviewDeps({ settings, store, signIn, commands, reports, brake, switches, policy: policyInForce, publicUrl, clock })
  )
  const ticketTrouble = (error: unknown, target: string) => logger.error({ err: error, target }, 'ticket trouble')
  addTicketRoutes(hook, trackers, { store, commands, clock, onTrouble: ticketTrouble })
  const tickets = startTickets(trackers, {
    ...{ store, commands, draft: deps.draft, caseUrl, clock, emit, trace, holder },
    readAgain: (c) => readAddress(deps.reader, c, clock()),
    pollMs: options.worker?.pollMs ?? 500,
    onTrouble: ticketTrouble
  })
  const worker = startWorker({
    store,
    clock,
    holder,
    digest: async (events) => {
      const failed = await digestEvents(events, { store, classify, clock, emit })
      if (failed) await noticeStorm(deps)
    },
    advance: (c) => advance(c, holder, deps, () => !draining),
    onTrouble: (error) => logger.error({ err: error }, 'worker trouble'),
    concurrency: options.worker?.concurrency ?? CONCURRENCY,
    batch: 200,
    leaseMs: options.worker?.leaseMs ?? LEASE_MS,
    pollMs: options.worker?.pollMs ?? 500
  })
  let duties: DutyRunner | null = null
  /** Bounded at each step, so that a store or an Okta that hangs costs no more than the grace of `serve` (20 s). */
  async function close(): Promise<void> {
    draining = true
    const onTrouble = (error: Error, part: string) => logger.error({ err: error, part }, 'trouble while stopping')
    const under = [
      { name: 'the hook listener', run: () => closeListener(hook) },
      { name: 'the worker', run: () => worker.stop() },
      { name: 'the duties', run: async () => duties?.stop() },
      { name: 'the ticket lanes', run: async () => tickets?.stop() },
      { name: 'the clock', run: async () => shared?.stop() }
    ]
    await endWithin(WORK_ENDS_WITHIN_MS, under, onTrouble)
    await endWithin(REST_ENDS_WITHIN_MS, [{ name: 'the ops listener', run: () => closeListener(ops) }], onTrouble)
    const last = [
      { name: 'the store', run: () => store.close() },
      { name: 'the traces', run: () => trace.close() }
    ]
    await endWithin(REST_ENDS_WITHIN_MS, last, onTrouble)
  }
  try {
    await hook.listen({ host: settings.hook.host, port: settings.hook.port })
    await ops.listen({ host: settings.ops.host, port: settings.ops.port })
    // Afterwards: the canary comes back in by the hook listener.
    duties = startServiceDuties({
      ...{
        store,
        receive,
        okta,
        policy,
        clock,
        emit,
        holder,
        hook: settings.hook,
        auth: settings.okta.auth,
        followLog: options.followLog,
        leaseMs: options.dutyLeaseMs
      },
      onTrouble: (error, duty) => logger.error({ err: error, duty }, 'duty trouble')
    })
  } catch (error) {
    await close()
    throw error
  }
  return {
    hookUrl: `${urlOf(hook, settings.hook.host)}/okta/event-hooks`,
    opsUrl: opsUrl(),
    worker,
    tickets,
    store,
    close
  }
}

/** Where a listener can be reached from this machine. */
function urlOf(app: FastifyInstance, host: string): string {
  const address = app.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  return typeof parsed === 'object' && parsed && 'version' in parsed ? String(parsed.version) : 'unknown'
}
