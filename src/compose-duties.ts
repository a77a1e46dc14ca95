/** What one replica does for all of them, put together: the System Log, retention. Part of `compose.ts`. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleepFor } from 'node:timers/promises'
import { startCanary } from './intake/canary-sender.ts'
import { startLogPoller } from './intake/log-poller.ts'
import { logFilter } from './intake/system-log.ts'
import type { OktaClient } from './okta/client.ts'
import { createLogFeed } from './okta/log-feed.ts'
import { type Chore, type Duty, type DutyRunner, startDuties } from './ops/duties.ts'
import type { Emit } from './ops/happening.ts'
import type { Policy } from './policy.ts'
import type { Settings } from './settings.ts'
import { startRetention } from './store/retention.ts'
import type { Store } from './store/store.ts'
import { MINUTE_MS, SECOND_MS } from './time.ts'
import type { Clock } from './vocabulary.ts'

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export interface ServiceDuties {
  readonly store: Store
  readonly okta: OktaClient
  readonly policy: Policy
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly hook: Settings['hook']
  /** Whether the System Log is followed, and how to wait meanwhile. */
  readonly followLog: false | { readonly sleep: Sleep } | undefined
  readonly leaseMs?: number | undefined
  readonly onTrouble: (error: unknown, duty: Duty) => void
}

/** After a crash another replica goes on this much later. */
const LEASE_MS = 30 * SECOND_MS
/** How often records past their time are looked for. */
const RETENTION_MS = 5 * MINUTE_MS

const sleepTimer: Sleep = (ms, signal) => sleepFor(ms, undefined, { signal })

/** Takes turns with the other replicas on the same store. */
export function startServiceDuties(options: ServiceDuties): DutyRunner {
  const { store, holder, clock, emit, onTrouble, followLog } = options
  return startDuties({
    ...{ store, holder, clock, emit, onTrouble },
    chores: [
      ...(followLog === false ? [] : [systemLog(options, followLog?.sleep ?? sleepTimer)]),
      retention(options),
      ...canary(options)
    ],
    leaseMs: options.leaseMs ?? LEASE_MS,
    elapsedMs: () => performance.now(),
    sleep: sleepTimer
  })
}

function systemLog({ okta, policy, onTrouble, ...rest }: ServiceDuties, sleep: Sleep): Chore {
  const { store, clock, emit } = rest
  return {
    duty: 'system_log',
    begin: () =>
      startLogPoller({
        ...{ store, clock, emit, sleep },
        feed: createLogFeed(okta),
        filter: logFilter(policy.classifier),
        ...policy.log,
        onTrouble: (error) => onTrouble(error, 'system_log')
      })
  }
}

/** None without a public address to send it to. */
function canary({ hook, policy, clock, emit }: ServiceDuties): readonly Chore[] {
  const { publicUrl: url, authHeader } = hook
  const [secret] = hook.secrets
  if (!url || !secret) return []
  const begin = () =>
    startCanary({
      ...{ url, authHeader, secret, clock, emit, sleep: sleepTimer, newId: randomUUID },
      everyMs: policy.canary.everyMs
    })
  return [{ duty: 'canary', begin }]
}

function retention({ store, clock, policy, onTrouble }: ServiceDuties): Chore {
  return {
    duty: 'retention',
    begin: () =>
      startRetention({
        ...{ store, clock, ages: policy.retention, everyMs: RETENTION_MS },
        onTrouble: (error) => onTrouble(error, 'retention')
      })
  }
}
