/** The singleton jobs, put together: what one replica does for all of them. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Policy } from '../config/policy/policy.ts'
import type { Settings } from '../config/settings/settings.ts'
import type { DecidePolicy } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import type { Emit, JobName } from '../domain/telemetry-event.ts'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { logFilter } from '../intake/system-log.ts'
import { startCanary } from '../jobs/canary.ts'
import { checkHooks, EVENT_HOOKS_SCOPE } from '../jobs/hook-status.ts'
import { startInterval } from '../jobs/interval.ts'
import { runSingletonJobs, type SingletonJob, type SingletonJobs } from '../jobs/leader-election.ts'
import { checkLedger } from '../jobs/ledger-check.ts'
import { startLogPoller } from '../jobs/log-poller.ts'
import { startRetention } from '../jobs/retention.ts'
import { watchRules } from '../jobs/rule-watch.ts'
import type { OktaClient } from '../okta/client/client.ts'
import { createHookAdmin } from '../okta/event-hooks.ts'
import { createLogFeed } from '../okta/log-feed.ts'
import { type LedgerLink, ledgerKeys } from '../store/ledger.ts'

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export interface ServiceJobs {
  readonly store: Store
  /** The store's own, traced. */
  readonly receive: Store['receive']
  readonly okta: OktaClient
  readonly policy: Policy
  /** Its part for decisions, with `REENROLL_MODE`. */
  readonly decide: DecidePolicy
  readonly lowerRule: (rule: string, because: string) => Promise<unknown>
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly hook: Settings['hook']
  readonly auth: Settings['okta']['auth']
  /** Whether the System Log is followed, and how to wait meanwhile. */
  readonly followLog: false | { readonly sleep: Sleep } | undefined
  readonly leaseMs?: number | undefined
  /** `REENROLL_LEDGER_KEY`. */
  readonly ledgerKeys: readonly string[]
  readonly onLedgerHead: (head: LedgerLink) => void | Promise<void>
  readonly onError: (error: unknown, job: JobName) => void
}

/** After a crash another replica takes over this much later. */
const LEASE_MS = 30 * SECOND_MS
/** How often expired records are deleted. */
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

function ledgerCheck({ store, clock, onError, ...options }: ServiceJobs): SingletonJob {
  const onBreak = (line: number) =>
    onError(new Error(`The ledger is broken at entry ${line}: it does not follow from the entries before it.`), job)
  const job = 'ledger_check'
  const keys = ledgerKeys(options.ledgerKeys)
  const run = () => checkLedger(store, clock, { keys, onBreak, onHead: options.onLedgerHead })
  const interval = { run, retryMs: MINUTE_MS, sleep: sleepTimer, onError: (error: unknown) => onError(error, job) }
  return { name: job, begin: () => startInterval(interval) }
}

function ruleWatch({ store, clock, emit, policy, decide, lowerRule: lower, onError }: ServiceJobs): SingletonJob {
  const job = 'rule_watch'
  const run = () => watchRules({ ...{ store, clock, emit, lower }, policy: decide, bounds: policy.ruleWatch })
  const interval = { run, retryMs: MINUTE_MS, sleep: sleepTimer, onError: (error: unknown) => onError(error, job) }
  return { name: job, begin: () => startInterval(interval) }
}

/** None without the scope for it: each refusal would appear in the org's log. */
function hookStatus({ okta, store, hook, auth, clock, onError }: ServiceJobs): readonly SingletonJob[] {
  if (auth.kind === 'private_key' && !auth.scopes.includes(EVENT_HOOKS_SCOPE)) return []
  const job = 'hook_status'
  const hooks = createHookAdmin(okta, 'backfill')
  const run = () => checkHooks(hooks, store, hook.publicUrl ?? null, clock)
  const interval = { run, retryMs: MINUTE_MS, sleep: sleepTimer, onError: (error: unknown) => onError(error, job) }
  return [{ name: job, begin: () => startInterval(interval) }]
}

/** None without a public address to send it to. */
function canary({ hook, policy, clock, emit }: ServiceJobs): readonly SingletonJob[] {
  const { publicUrl: url, authHeader } = hook
  const [secret] = hook.secrets
  if (!url || !secret) return []
  const begin = () =>
    startCanary({
      ...{ url, authHeader, secret, clock, emit, sleep: sleepTimer, newId: randomUUID },
      everyMs: policy.canary.everyMs
    })
  return [{ name: 'canary', begin }]
}

function retention({ store, clock, policy, onError }: ServiceJobs): SingletonJob {
  return {
    name: 'retention',
    begin: () =>
      startRetention({
        ...{ store, clock, ages: policy.retention, everyMs: RETENTION_MS },
        onError: (error) => onError(error, 'retention')
      })
  }
}
