/**
 * The second part of `compose.ts`: everything that happens to what the hook has received, and where people look at it. Loaded
 * and started while the hook already listens.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createBrake } from '../api/kill-switch.ts'
import { buildOpsListener } from '../api/listener.ts'
import { createSwitches } from '../api/runtime-controls.ts'
import type { CaseContext } from '../case/context.ts'
import { evaluate } from '../case/evaluate.ts'
import { subjectKey } from '../case/machine/fold-event.ts'
import { advance } from '../case/pipeline.ts'
import { processEvents } from '../case/process-events.ts'

import { detectStorm } from '../case/storms.ts'
import { startWorker } from '../case/worker.ts'
import { clientIdsOf, writerOf } from '../config/settings/okta.ts'
import { decide } from '../decide/decide.ts'
import { policyView } from '../decide/decision-table.ts'
import { queueOf } from '../decide/rules.ts'
import type { Case } from '../domain/case.ts'
import type { CaseCommands } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { compileClassifier } from '../intake/classify/classify.ts'
import type { LoadSignal } from '../intake/load-signal.ts'
import { createReportDesk } from '../intake/report.ts'
import { createOktaClient } from '../okta/client/client.ts'
import { createUserFinder } from '../okta/org.ts'
import { createReader } from '../okta/reads/reader.ts'
import { createWriter } from '../okta/writes.ts'
import { REMEDIATIONS } from '../remediate/index.ts'
import { addPages } from '../review/pages.ts'
import { createSessionAuth } from '../review/session/session-auth.ts'
import { draftOf } from '../ticket/draft/draft.ts'
import { createLocalDesk } from '../ticket/local-desk.ts'
import { startServiceJobs } from './jobs.ts'
import { listenerUrl } from './listeners.ts'
import type { Observers } from './observers.ts'
import { openMetrics } from './observers.ts'
import { reviewDeps, signInOf } from './review.ts'
import type { Ends, Service, ServiceOptions } from './service.ts'
import { closeListener } from './shutdown.ts'
import type { OpenTickets } from './tickets.ts'

/** What the first part has made. */
export interface Base {
  readonly options: ServiceOptions
  readonly version: string
  readonly logger: Logger
  readonly clock: Clock
  readonly store: Store
  readonly flow: LoadSignal
  readonly observers: Observers
  readonly commands: CaseCommands
  /** Null when the policy tells no ticket system. */
  readonly trackers: OpenTickets | null
  readonly onTicketTrouble: (error: unknown, target: string) => void
}

/** Cases worked side by side. Okta's own limit on our concurrent calls is kept in `okta/` (facts §3.3). */
const CONCURRENCY = 48
/** Longer than any step: three Okta reads in a row at their time-out. */
const LEASE_MS = MINUTE_MS
const POLL_MS = 500

/** Starts all of it; `ends` learns of each part as it starts. Rejects when `closing` comes in between. */
export async function startWork(
  base: Base,
  ends: Ends,
  closing: AbortSignal
): Promise<Pick<Service, 'opsUrl' | 'worker' | 'tickets'>> {
  const { options, version, logger, clock, store, commands, trackers, onTicketTrouble } = base
  const { settings, policy } = options
  const { trace, emit } = base.observers
  const policyInForce = { ...policy.decide, ceiling: settings.mode }
  const holder = randomUUID()
  let tickets: Service['tickets'] = null
  const breakers = () =>
    (tickets?.state() ?? []).map(({ target, breaker }) => ({ target, isOpen: breaker !== 'closed' }))
  const metrics = openMetrics({ settings, policy, store, clock, version, breakers })
  base.observers.count(metrics)

  const opsUrl = () => listenerUrl(ops, settings.ops.host)
  /** Where people reach the pages; behind a proxy that is another address. */
  const publicUrl = () => settings.review?.publicUrl ?? opsUrl()
  const caseUrl = (id: string) => `${publicUrl()}/cases/${id}`
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
  /** For what brings events without a request of its own. */
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
  const deps: CaseContext = {
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
    evaluate: (c, evidence) => evaluate(c, evidence, { store, decide, policy: policyInForce, clock }),
    policy,
    clock,
    emit,
    trace
  }
  const classify = compileClassifier({ ...policy.classifier, ownIds: clientIdsOf(settings.okta) })
  const brake = createBrake(store, clock)
  const switches = createSwitches(store, clock)
  const signIn = signInOf(settings)
  const ops = await buildOpsListener({
    store,
    commands,
    metrics,
    token: settings.ops.token,
    session: createSessionAuth({ signIn, publicUrl, clock }),
    controls: brake,
    switches,
    clock,
    policyView: async () => policyView(policyInForce, await store.controls()),
    report: async (report, by) => void (await reports.take(report, by)),
    isDraining: () => closing.aborted,
    checks: [],
    version,
    logger
  })
  await addPages(
    ops,
    reviewDeps({ settings, store, signIn, commands, reports, brake, switches, policy: policyInForce, publicUrl, clock })
  )
  const ticketing = trackers && (await import('./tickets.ts'))
  closing.throwIfAborted()

  // Listens before anything is worked on: addresses of cases stand in tickets. Nobody is sent here before (`/readyz`).
  ends.listeners.push({ name: 'the ops listener', run: () => closeListener(ops) })
  await ops.listen({ host: settings.ops.host, port: settings.ops.port })
  closing.throwIfAborted()
  if (ticketing) {
    tickets = ticketing.startTickets(trackers, {
      ...{ store, commands, draft: deps.draft, caseUrl, clock, emit, trace, holder },
      readAgain: (c) => ticketing.readAddress(deps.reader, c, clock()),
      pollMs: options.worker?.pollMs ?? POLL_MS,
      onTrouble: onTicketTrouble
    })
    ends.work.push({ name: 'the ticket lanes', run: async () => tickets?.stop() })
  }
  const worker = startWorker({
    store,
    clock,
    holder,
    processEvents: async (events) => {
      const failed = await processEvents(events, { store, classify, clock, emit })
      if (failed) await detectStorm(deps)
    },
    advance: (c) => advance(c, holder, deps, () => !closing.aborted),
    onError: (error) => logger.error({ err: error }, 'worker trouble'),
    concurrency: options.worker?.concurrency ?? CONCURRENCY,
    isUnderLoad: () => base.flow.isHigh(),
    batch: 200,
    leaseMs: options.worker?.leaseMs ?? LEASE_MS,
    pollMs: options.worker?.pollMs ?? POLL_MS
  })
  ends.work.push({ name: 'the worker', run: () => worker.stop() })
  const duties = startServiceJobs({
    ...{ store, receive, okta, policy, clock, emit, holder },
    ...{ hook: settings.hook, auth: settings.okta.auth, followLog: options.followLog, leaseMs: options.dutyLeaseMs },
    onError: (error, job) => logger.error({ err: error, job }, 'singleton job failed')
  })
  ends.work.push({ name: 'the duties', run: () => duties.stop() })
  return { opsUrl: opsUrl(), worker, tickets }
}
