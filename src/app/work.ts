/**
 * Everything that works on what the hook has stored: the Okta clients, the cases, the ops listener with its pages, ticket
 * systems, jobs. It is most of the service's code and is loaded while the hook listens already.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createAccess } from '../api/access.ts'
import { buildOpsListener } from '../api/listener.ts'
import type { OpsDeps } from '../api/ops-deps.ts'
import { type ChangePolicy, createKillSwitch, createSwitches } from '../api/runtime-controls.ts'
import { readGuardReport } from '../backtest/guard-report.ts'
import { readRollout } from '../backtest/rollout.ts'
import { recordAnswer, recordDisowning } from '../case/commands.ts'
import type { CaseContext } from '../case/context.ts'
import { evaluate } from '../case/evaluate.ts'
import { subjectKey } from '../case/machine/fold-event.ts'
import { createPeople } from '../case/person.ts'
import { advance } from '../case/pipeline.ts'
import { processEvents } from '../case/process-events.ts'
import { detectStorm } from '../case/storms.ts'
import { startWorker, type Worker } from '../case/worker.ts'
import { namesGroups, type Policy } from '../config/policy/policy.ts'
import { clientIdsOf, listerOfGroups, writerOf } from '../config/settings/okta.ts'
import type { Settings } from '../config/settings/settings.ts'
import { decide } from '../decide/decide.ts'
import { shownPolicy } from '../decide/decision-table.ts'
import type { Case } from '../domain/case.ts'
import type { Controls } from '../domain/decision.ts'
import type { CaseCommands, Operator } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import type { Trace } from '../domain/trace.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { compileClassifier } from '../intake/classify/classify.ts'
import { createReportDesk } from '../intake/report.ts'
import { signalQuery, signalsAbout } from '../intake/ssf/lookup.ts'
import { sendLedgerHead } from '../jobs/ledger-check.ts'
import { createOktaClient, type OktaClientParts } from '../okta/client/client.ts'
import { createUserDirectory } from '../okta/org.ts'
import { createReader } from '../okta/reads/reader.ts'
import { createWriter } from '../okta/writes.ts'
import { REMEDIATIONS } from '../remediate/index.ts'
import { addPages } from '../review/pages.ts'
import { createSessions } from '../review/session/sessions.ts'
import { answerRoutes } from '../self/answers.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { ticketDraft } from '../ticket/draft/draft.ts'
import { createLocalDesk } from '../ticket/local-desk.ts'
import { createAnswerLinks } from '../ticket/mail/answer-links.ts'
import type { OutboxWorker } from '../ticket/outbox/worker.ts'
import { verifyParts } from './callers.ts'
import { createPolicyChange } from './change-policy.ts'
import { startServiceJobs } from './jobs.ts'
import { closeListener, listenerUrl, ownCaseRoutes, selfKey, startSelf } from './listeners.ts'
import { followPolicy, type PolicyInForce } from './policy-in-force.ts'
import { reviewDeps, signInOf } from './review.ts'
import type { Shutdown } from './shutdown.ts'
import { type OpenTickets, readAddress, startTickets } from './tickets.ts'

export interface WorkOptions {
  readonly settings: Settings
  /** The policy of the start. */
  readonly policy: Policy
  readonly clock?: Clock
  readonly worker?: { readonly pollMs?: number; readonly concurrency?: number }
  /** Whether the System Log is followed beside the hook, and how to wait meanwhile; by default it is. */
  readonly followLog?: false | { readonly sleep: (ms: number, signal: AbortSignal) => Promise<void> }
  /** How long the singleton jobs of a crashed replica stay leased to it. */
  readonly jobLeaseMs?: number
  /** How jobs wait between two looks; tests replace it, as they do the clock. */
  readonly jobSleep?: (ms: number, signal: AbortSignal) => Promise<void>
  readonly oktaTimeoutMs?: number
  /** How calls to Okta wait for the rate limiter; tests replace it, as they do the clock. */
  readonly oktaPause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Ends a start that is no longer wanted. */
  readonly signal?: AbortSignal
}

/** What runs before. */
export interface WorkDeps {
  /** The store as it was opened; `store` also feeds the outbox. */
  readonly opened: Store
  readonly store: Store
  readonly clock: Clock
  readonly inForce: PolicyInForce
  readonly commands: CaseCommands
  /** Null without ticket systems. */
  readonly trackers: OpenTickets | null
  readonly metrics: Metrics
  readonly trace: Trace
  readonly emit: Emit
  readonly logger: Logger
  readonly version: string
  readonly recentLines: OpsDeps['recentLines']
  /** The hook is busy: events wait. */
  readonly isUnderLoad: () => boolean
  readonly shutdown: Shutdown
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

/** Lowers rules and records raised ones; in the ledger under this name. */
const RULE_WATCH: Operator = { id: 'rule-watch', name: 'reenroll', role: 'approver', provider: null }

export interface Work {
  readonly opsUrl: string
  /** Null without self-service. */
  readonly selfUrl: string | null
  readonly worker: Worker
  /** Delivers to the ticket systems that the policy names; null without any. */
  readonly tickets: OutboxWorker | null
  readonly changePolicy: ChangePolicy
}

/** Cases worked side by side. Okta's own limit on our concurrent calls is kept in `okta/` (facts §3.3). */
const CONCURRENCY = 48
/** Longer than any step: three Okta reads in a row at their time-out. */
const LEASE_MS = MINUTE_MS
const POLL_MS = 500

/** Starts it all; resolves when everything runs. */
export async function startWork(options: WorkOptions, deps: WorkDeps): Promise<Work> {
  const { settings, policy, signal } = options
  const {
    opened,
    store,
    clock,
    inForce,
    commands,
    trackers,
    metrics,
    trace,
    emit,
    logger,
    version,
    shutdown,
    closing
  } = deps
  const holder = randomUUID()

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
  const users = createUserDirectory(okta)
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
    evaluate: (c, evidence) =>
      evaluate(c, evidence, {
        ...{ store, decide, policy: decidePolicy, clock },
        stormWindowMs: () => inForce.current().decide.guards.stormWindowMs,
        signals: { query: signalQuery, about: signalsAbout }
      }),
    verify: verifyParts({ writer: actuator, reader: okta, users, mail: settings.mail, policy: decidePolicy, clock }),
    clock,
    emit,
    trace
  }

  // The ops listener: API and pages.
  const killSwitch = createKillSwitch(store, clock)
  const switches = createSwitches(store, clock)
  const changePolicy = createPolicyChange({
    ...{ store, switches, inForce, mode: settings.mode, clock },
    ...{ atStart: policy, client: okta },
    forGroups: () => createOktaClient(listerOfGroups(settings.okta), oktaParts)
  })
  const signIn = signInOf(settings)
  const sessions = createSessions({ store, signIn, publicUrl, clock })
  const access = createAccess(store, clock)
  /** For events that come without a request of their own. */
  const receive: Store['receive'] = (delivery) =>
    trace.intake({ source: delivery.source, elapsedMs: 0, traceparent: null }, () => store.receive(delivery))
  const reports = createReportDesk({
    store: { receive, latestCase: (key) => store.latestCase(key) },
    users,
    keyOf: subjectKey,
    newId: randomUUID,
    clock,
    sleep: sleepFor
  })
  const { trustedProxies = [] } = settings
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
    trustedProxies,
    access,
    controls: killSwitch,
    switches,
    clock,
    policyView: async () => {
      const controls = await store.controls()
      return { ...shownPolicy(await decidePolicy(controls), controls), applied: inForce.current().applied }
    },
    changePolicy,
    figures: {
      guards: (days) => readGuardReport(store, days, clock()),
      rollout: (asked) => readRollout(store, decidePolicy, asked, clock())
    },
    recentLines: deps.recentLines,
    report: async (report, by) => void (await reports.take(report, by)),
    isDraining: () => closing.aborted,
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
      targetTimes: () => inForce.current().policy,
      publicUrl,
      clock
    })
  )
  shutdown.add('pages', 'the ops listener', () => closeListener(ops))
  await ops.listen({ host: settings.ops.host, port: settings.ops.port })
  let selfUrl = settings.self?.publicUrl ?? ''
  const links = settings.self && createAnswerLinks(settings.self.publicUrl, selfKey(settings.self, 'answer links'))
  const routes = settings.self &&
    links && [
      answerRoutes({ links, take: (id, ask) => recordAnswer(id, ask, { store, clock, emit }), clock }),
      ...ownCaseRoutes(settings.self, {
        ...{ publicUrl: () => selfUrl, orgUrl: settings.okta.orgUrl, reports, store, clock },
        disown: (id) => recordDisowning(id, { store, clock, emit }),
        languageOf: async ({ id }) => {
          const user = await users.find(id)
          return user === 'nobody' ? null : (user?.language ?? null)
        },
        keyOf: ({ id }) => subjectKey({ uuid: '', subject: { id, login: null, name: null } })
      })
    ]
  const self = settings.self && (await startSelf(settings.self, { logger, trustedProxies, routes: routes ?? [] }))
  selfUrl ||= self?.url ?? ''
  if (self) shutdown.add('pages', 'the self-service listener', () => closeListener(self.app))
  signal?.throwIfAborted()

  // Working, once both listen: tickets carry addresses of cases.
  const tickets =
    trackers &&
    startTickets(trackers, {
      ...{ store, commands, draft: cases.draft, caseUrl, clock, emit, trace, holder },
      answerUrl: links ? (id) => links.urlFor(id, clock()) : null,
      ownCaseUrl: settings.self?.signIn ? selfUrl : null,
      policy: () => inForce.current().policy,
      readAgain: (c) => readAddress(reader(), c, clock()),
      pollMs: options.worker?.pollMs ?? POLL_MS,
      onError: (error, target) => logger.error({ err: error, target }, 'ticket error')
    })
  shutdown.add('work', 'the ticket dispatchers', () => tickets?.stop())
  const classify = inForce.part(({ classifier }) =>
    compileClassifier({ ...classifier, ownIds: clientIdsOf(settings.okta) })
  )
  const worker = startWorker({
    store,
    clock,
    holder,
    processEvents: async (events, claims) => {
      const failed = await processEvents(events, { store, classify: classify(), clock, emit, claims })
      if (failed) await detectStorm(cases)
    },
    advance: (c) => advance(c, holder, cases, () => !closing.aborted),
    onError: (error) => logger.error({ err: error }, 'worker error'),
    concurrency: options.worker?.concurrency ?? CONCURRENCY,
    isUnderLoad: deps.isUnderLoad,
    batch: 200,
    leaseMs: LEASE_MS,
    pollMs: options.worker?.pollMs ?? POLL_MS
  })
  shutdown.add('work', 'the worker', () => worker.stop())
  const startJobs = () =>
    startServiceJobs({
      ...{ store, receive, okta, clock, emit, holder },
      ...{ policy: inForce.current().policy, decide: inForce.current().decide },
      changeRule: (rule, what) => switches.setRule(rule, what, RULE_WATCH),
      ...{
        mail: settings.mail,
        targets: trackers?.targets.map(({ target }) => target) ?? [],
        pages: publicUrl,
        hook: settings.hook,
        auth: settings.okta.auth,
        followLog: options.followLog,
        leaseMs: options.jobLeaseMs,
        sleep: options.jobSleep
      },
      ledgerKeys: settings.storeAccess?.ledgerKeys ?? [],
      onLedgerHead: async ({ seq, hash }) => {
        logger.info({ seq, hash }, 'ledger head')
        const to = settings.storeAccess?.ledgerHeadTo
        if (to) await sendLedgerHead(to, { seq, hash }, clock())
      },
      onError: (error, job) => logger.error({ err: error, job }, 'job error')
    })
  let jobs = Promise.resolve(startJobs())
  shutdown.add('work', 'the jobs', async () => (await jobs).stop())
  inForce.onChange(() => {
    if (closing.aborted) return
    jobs = jobs.then(async (before) => {
      await before.stop()
      return startJobs()
    })
  })
  const following = followPolicy(inForce, opened, (error) => logger.error({ err: error }, 'policy error'))
  shutdown.add('work', 'the policy', () => following.stop())

  return { opsUrl: opsUrl(), selfUrl: self?.url ?? null, worker, tickets, changePolicy }
}
