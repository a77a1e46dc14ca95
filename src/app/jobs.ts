/** The singleton jobs, put together: what one replica does for all of them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Policy } from '../config/policy/policy.ts'
import type { Settings } from '../config/settings/settings.ts'
import type { DecidePolicy } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import type { Emit, JobName } from '../domain/telemetry-event.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { logFilter } from '../intake/system-log.ts'
import { sendCanary } from '../jobs/canary.ts'
import { checkHooks, EVENT_HOOKS_SCOPE } from '../jobs/hook-status.ts'
import { startInterval } from '../jobs/interval.ts'
import { runSingletonJobs, type SingletonJob, type SingletonJobs } from '../jobs/leader-election.ts'
import { checkLedger } from '../jobs/ledger-check.ts'
import { startLogPoller } from '../jobs/log-poller.ts'
import { removeExpired } from '../jobs/retention.ts'
import { type RuleWatch, watchRules } from '../jobs/rule-watch.ts'
import { checkTargetTimes } from '../jobs/target-times.ts'
import { chatWay, mailWay, sendWeeklySummary } from '../jobs/weekly-summary.ts'
import type { OktaClient } from '../okta/client/client.ts'
import { createHookAdmin } from '../okta/event-hooks.ts'
import { createLogFeed } from '../okta/log-feed.ts'
import { type LedgerLink, ledgerKeys } from '../store/ledger.ts'
import type { Target } from '../ticket/targets/target.ts'

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export interface ServiceJobs {
  readonly store: Store
  /** The store's own, traced. */
  readonly receive: Store['receive']
  readonly okta: OktaClient
  readonly policy: Policy
  /** Its part for decisions, with `REENROLL_MODE`. */
  readonly decide: DecidePolicy
  readonly changeRule: RuleWatch['change']
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly hook: Settings['hook']
  readonly auth: Settings['okta']['auth']
  readonly mail: Settings['mail']
  readonly targets: readonly Target[]
  readonly pages: () => string
  /** Whether the System Log is followed, and how to wait meanwhile. */
  readonly followLog: false | { readonly sleep: Sleep } | undefined
  readonly leaseMs?: number | undefined
  /** How jobs wait between two looks. */
  readonly sleep?: Sleep | undefined
  /** `REENROLL_LEDGER_KEY`. */
  readonly ledgerKeys: readonly string[]
  readonly onLedgerHead: (head: LedgerLink) => void | Promise<void>
  readonly onError: (error: unknown, job: JobName) => void
}

/** After a crash another replica takes over this much later. */
const LEASE_MS = 30 * SECOND_MS
const RETENTION_MS = 5 * MINUTE_MS

const sleepTimer: Sleep = (ms, signal) => sleepFor(ms, undefined, { signal })

/** Starts the jobs; a lease in the store decides which replica runs each. */
export function startServiceJobs(options: ServiceJobs): SingletonJobs {
  const { store, holder, clock, emit, onError, followLog } = options
  return runSingletonJobs({
    ...{ store, holder, clock, emit, onError },
    jobs: [
      ...(followLog === false ? [] : [systemLog(options, followLog?.sleep ?? sleepTimer)]),
      retention(options),
      ...canary(options),
      ledgerCheck(options),
      ruleWatch(options),
      targetTimes(options),
      ...weeklySummary(options),
      ...hookStatus(options)
    ],
    leaseMs: options.leaseMs ?? LEASE_MS,
    elapsedMs: () => performance.now(),
    sleep: sleepTimer
  })
}

function systemLog({ okta, policy, onError, ...rest }: ServiceJobs, sleep: Sleep): SingletonJob {
  const { receive, clock, emit } = rest
  const store: Parameters<typeof startLogPoller>[0]['store'] = {
    receive,
    cursor: (name) => rest.store.cursor(name),
    setCursor: (name, value) => rest.store.setCursor(name, value)
  }
  return {
    name: 'system_log',
    begin: () =>
      startLogPoller({
        ...{ store, clock, emit, sleep },
        feed: createLogFeed(okta),
        filter: logFilter(policy.classifier),
        ...policy.log,
        onError: (error) => onError(error, 'system_log')
      })
  }
}

/** Runs at once, then whenever the wait that `run` returns is over. */
function periodic(
  name: JobName,
  { onError, sleep = sleepTimer }: ServiceJobs,
  run: (signal: AbortSignal) => Promise<number>,
  retryMs = MINUTE_MS
): SingletonJob {
  const interval = { run, retryMs, sleep, onError: (error: unknown) => onError(error, name) }
  return { name, begin: () => startInterval(interval) }
}

function ledgerCheck(options: ServiceJobs): SingletonJob {
  const { store, clock, onError, onLedgerHead: onHead } = options
  const job = 'ledger_check'
  const onBreak = (line: number) =>
    onError(new Error(`The ledger is broken at entry ${line}: it does not follow from the entries before it.`), job)
  const keys = ledgerKeys(options.ledgerKeys)
  return periodic(job, options, () => checkLedger(store, clock, { keys, onBreak, onHead }))
}

function ruleWatch(options: ServiceJobs): SingletonJob {
  const { store, clock, emit, policy, decide, changeRule: change } = options
  const watch = { ...{ store, clock, emit, change }, policy: decide, bounds: policy.ruleWatch }
  return periodic('rule_watch', options, () => watchRules(watch))
}

function targetTimes(options: ServiceJobs): SingletonJob {
  const { store, clock, emit, policy } = options
  return periodic('target_times', options, () => checkTargetTimes({ store, clock, emit, policy }))
}

/** None without a chat, and without a recipient and a mail server. */
function weeklySummary(options: ServiceJobs): readonly SingletonJob[] {
  const { store, clock, policy, mail, targets, hook, pages } = options
  const { to, chats } = policy.summary
  const posted = targets.filter(({ name }) => chats.includes(name)).flatMap(chatWay)
  const mailed = to === '' ? null : mail
  if (posted.length === 0 && !mailed) return []
  const run = async () => {
    const { domainOf, openPost } = await import('../ticket/mail/smtp.ts')
    const ways = [...(mailed ? [mailWay(openPost(mailed, clock), domainOf(mailed.from), to)] : []), ...posted]
    return sendWeeklySummary({ store, clock, policy, ways, pages: pages(), hasCanary: Boolean(hook.publicUrl) })
  }
  return [periodic('weekly_summary', options, run, HOUR_MS)]
}

/** None without the scope for it: each refusal would appear in the org's log. */
function hookStatus(options: ServiceJobs): readonly SingletonJob[] {
  const { okta, store, hook, auth, clock } = options
  if (auth.kind === 'private_key' && !auth.scopes.includes(EVENT_HOOKS_SCOPE)) return []
  const hooks = createHookAdmin(okta, 'backfill')
  return [periodic('hook_status', options, () => checkHooks(hooks, store, hook.publicUrl ?? null, clock))]
}

/** None without a public address to send it to. At once, since nobody knows how long ago another replica sent the last one. */
function canary(options: ServiceJobs): readonly SingletonJob[] {
  const { hook, policy, clock, emit } = options
  const { publicUrl: url, authHeader } = hook
  const [secret] = hook.secrets
  if (!url || !secret) return []
  const canaries = { ...{ url, authHeader, secret, clock, emit, newId: randomUUID }, everyMs: policy.canary.everyMs }
  return [periodic('canary', options, (signal) => sendCanary(canaries, signal))]
}

function retention(options: ServiceJobs): SingletonJob {
  const { store, clock, policy } = options
  return periodic('retention', options, async (signal) => {
    await removeExpired({ store, clock, ages: policy.retention }, signal)
    return RETENTION_MS
  })
}
