/** Makes the adapters that the policy names. One line per system, whose library is loaded only when it is named. */
import type { TargetPolicy, TargetSettings } from '../../config/policy/ticket-policy.ts'
import { A_PROXY_WITH_LOGIN, isProxyAddress } from '../../config/settings/setting.ts'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { createThrottle, type Sleep } from '../outbox/circuit-breaker.ts'
import type { DispatcherTarget } from '../outbox/dispatcher.ts'
import { authoritiesIn, fetchOver } from './connection.ts'
import { createHttpClient } from './http.ts'
import { withPolicy } from './switches.ts'
import { type Target, type TargetDeps, TargetError } from './target.ts'

type Make<S> = (name: string, settings: S, secret: string, deps: TargetDeps) => Target

const MAKERS: {
  readonly [System in TargetSettings['system']]: () => Promise<Make<Extract<TargetSettings, { system: System }>>>
} = {
  webhook: async () => (await import('./webhook.ts')).createWebhookTarget,
  jira: async () => (await import('./jira.ts')).createJiraTarget,
  pagerduty: async () => (await import('./pagerduty.ts')).createPagerDutyTarget,
  github: async () => (await import('./github.ts')).createGitHubTarget,
  servicenow: async () => (await import('./servicenow.ts')).createServiceNowTarget,
  slack: async () => (await import('./slack.ts')).createSlackTarget,
  teams: async () => (await import('./teams.ts')).createTeamsTarget
}

/** After this the call is tried again, once a look-up has shown what the first one did. */
const TIMEOUT_MS = 15 * SECOND_MS

/** A target as the outbox uses it, beside what the policy says of it. */
export type OpenTarget = DispatcherTarget & { readonly policy: TargetPolicy }

/** Secrets by target name. Rejects with every target that has none, or a wrong one. */
export async function openTargets(
  targets: readonly TargetPolicy[],
  secrets: Secrets,
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep }
): Promise<readonly OpenTarget[]> {
  const missing = targets.filter(({ name }) => !secrets[name]).map(({ name }) => name)
  if (missing.length > 0) {
    throw new Error(
      `These ticket targets of the policy have no secret: ${missing.join(', ')}. Add them to REENROLL_TICKET_SECRETS, such as {"${missing[0]}": "…"}.`
    )
  }
  return Promise.all(
    targets.map(async (policy) => {
      const { name, settings, callsPerMinute } = policy
      const turn = createThrottle({ calls: callsPerMinute, perMs: MINUTE_MS }, clock, sleep)
      const pace = () =>
        turn().catch(() => {
          throw new TargetError('unreachable', `${name} was not called, since the service stops.`)
        })
      const http = createHttpClient({ name, pace, timeoutMs: TIMEOUT_MS, fetch: fetchOf(policy, secrets) })
      const make = (await MAKERS[settings.system]()) as Make<TargetSettings>
      const target = make(name, settings, secrets[name] ?? '', { http, clock })
      return { target: withPolicy(target, policy), http, policy }
    })
  )
}

type Secrets = Readonly<Record<string, string>>

/** `fetch` over the proxy and the authorities of the target. Throws a sentence for a file or a proxy that cannot be used. */
export function fetchOf({ name, proxy, caFile }: TargetPolicy, secrets: Secrets): typeof fetch {
  const ca = caFile === undefined ? undefined : authoritiesIn(caFile, `caFile of the ticket target ${name}`)
  const secret = secrets[`${name}.proxy`]
  if (secret !== undefined && !isProxyAddress(secret))
    throw new Error(`The secret ${name}.proxy is not ${A_PROXY_WITH_LOGIN}.`)
  return fetchOver({ proxy: secret ?? proxy, ca })
}
