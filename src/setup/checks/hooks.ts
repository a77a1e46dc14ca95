/** Checks of the event hooks in Okta, and of the address they deliver to. Pure. */
import type { EventHook } from '../../okta/event-hooks.ts'
import { type CheckVerdict, error, info, warning } from '../finding.ts'
import { bestFirst, FREQUENT_TYPE, isOurs, type WantedHook } from '../hook-plan.ts'
import type { Probes } from '../probes/probes.ts'

type Check = (probes: Probes) => CheckVerdict

/** Okta waits 3 s for the challenge and for every delivery (facts §1.4). */
const SLOW_MS = 1_500
const REGISTER = 'Run: npx reenroll register --url <public address>/okta/event-hooks'

export const HOOK_CHECKS = {
  hooks_unreadable: ({ hooks }) =>
    hooks && !hooks.ok
      ? warning(
          `The event hooks cannot be read, so they are not checked. ${hooks.error.because}`,
          'Run doctor with an admin’s credentials, or grant the app okta.eventHooks.read.'
        )
      : null,
  failures_hook_missing: (probes) =>
    found(probes, 'failures')?.hook === null
      ? error(
          'The org has no event hook for failed enrollments, so every one waits for the System Log.',
          `${REGISTER}.`
        )
      : null,
  signals_hook_missing: (probes) =>
    found(probes, 'signals')?.hook === null
      ? warning('The org has no event hook for signals; warnings about a user come late.', `${REGISTER}.`)
      : null,
  hook_inactive: (probes) => each(probes, ({ isActive }) => !isActive, 'is not active', 'Okta delivers nothing to it.'),
  hook_unverified: (probes) =>
    each(
      probes,
      ({ isActive, isVerified }) => isActive && !isVerified,
      'is not verified',
      'Okta delivers nothing to it.'
    ),
  hook_types_missing: (probes) => {
    const lacking = pairs(probes).flatMap(({ hook, wanted }) =>
      wanted.items.filter((item) => !hook.items.includes(item))
    )
    return lacking.length === 0
      ? null
      : error(`The event hooks do not bring ${lacking.join(', ')}, which the policy wants.`, `${REGISTER}.`)
  },
  hook_filter_hides: (probes) => {
    const hiding = pairs(probes).flatMap(({ hook }) =>
      Object.keys(hook.filters).filter((type) => type !== FREQUENT_TYPE && hook.items.includes(type))
    )
    return hiding.length === 0
      ? null
      : error(
          `A filter on ${hiding.join(', ')} holds events back; without successes, recoveries are not seen.`,
          `${REGISTER}; it removes the filter.`
        )
  },
  hook_elsewhere: (probes) => {
    const elsewhere = pairs(probes).filter(({ hook, wanted }) => hook.uri !== wanted.uri)
    return elsewhere.length === 0
      ? null
      : error(`Event hooks deliver to ${elsewhere[0]?.hook.uri}, not to ${elsewhere[0]?.wanted.uri}.`, `${REGISTER}.`)
  },
  hook_header: (probes) => {
    const other = pairs(probes).find(({ hook, wanted }) => hook.authKey.toLowerCase() !== wanted.authKey.toLowerCase())
    return other
      ? error(
          `An event hook sends its secret in ${other.hook.authKey}; the listener looks in ${other.wanted.authKey}.`,
          `${REGISTER}, or set REENROLL_HOOK_AUTH_HEADER.`
        )
      : null
  },
  hook_twice: (probes) => {
    const twice = pairs(probes).find(({ others }) => others.length > 0)
    return twice
      ? warning(
          `${twice.others.length + 1} event hooks bring the same events (${[twice.hook, ...twice.others].map(({ id }) => id).join(', ')}); each counts against Okta's daily limit.`,
          `${REGISTER}; it finishes a rotation that was interrupted.`
        )
      : null
  },
  endpoint_unreachable: ({ endpoint }) =>
    endpoint && endpoint.challenge !== 'echoed'
      ? error(
          endpoint.challenge === 'unreachable'
            ? `${endpoint.url} does not respond.`
            : `${endpoint.url} responds but does not echo Okta's challenge: something else is listening there.`,
          'Check that the service runs, and that DNS, load balancer and certificate lead to its hook listener.'
        )
      : null,
  endpoint_slow: ({ endpoint }) =>
    endpoint?.challenge === 'echoed' && endpoint.ms > SLOW_MS
      ? warning(
          `${endpoint.url} took ${Math.round(endpoint.ms)} ms to respond; Okta times out after 3 s.`,
          'Reduce network latency to the listener, or give it more CPU.'
        )
      : null,
  secret_refused: ({ endpoint }) => {
    if (endpoint?.challenge !== 'echoed') return null
    const refused = endpoint.secrets.flatMap((status, index) => (isRefusal(status) ? [index + 1] : []))
    return refused.length === 0
      ? null
      : error(
          `The running service refuses secret ${refused.join(', ')} of REENROLL_HOOK_SECRETS (HTTP ${endpoint.secrets[(refused[0] ?? 1) - 1] ?? 'none'}).`,
          'Restart it with the same settings, then run register again if Okta has another secret.'
        )
  },
  hook_cannot_take: ({ endpoint }) => {
    if (endpoint?.challenge !== 'echoed') return null
    const status = endpoint.secrets.find((each) => each !== 204 && !isRefusal(each))
    return status === undefined
      ? null
      : error(
          status === null
            ? 'The running service does not respond to a delivery in time.'
            : `The running service cannot take a delivery (HTTP ${status}): it is overloaded, or its store has failed.`,
          'Look at /readyz and the log of the service; nothing is acknowledged that is not on disk.'
        )
  },
  old_secret_kept: ({ settings }) =>
    settings.hook.secrets.length > 1
      ? info(
          `${settings.hook.secrets.length} hook secrets are accepted.`,
          'When no rotation is under way, keep only the first of REENROLL_HOOK_SECRETS.'
        )
      : null,
  deliveries_fail: (probes) => {
    const failed = pairs(probes).reduce((sum, { hook }) => sum + (probes.okta.failedDeliveries?.[hook.id] ?? 0), 0)
    return failed === 0
      ? null
      : warning(
          `Okta gave up ${failed} deliveries to our hooks in the last day.`,
          'Look for restarts and slow answers (reenroll_hook_request_seconds); the System Log brings what was lost.'
        )
  },
  hook_loses_events: ({ service }) =>
    service && service.recovered > 0
      ? warning(
          `The System Log had ${service.recovered} failed enrollments that the hook did not bring, or brought late.`,
          'Look at the event_hook.delivery entries of the System Log, and at hook status and types with doctor.'
        )
      : null
} as const satisfies Readonly<Record<string, Check>>

/** The listener rejects the delivery with these; everything else is its own error (DESIGN §4). */
function isRefusal(status: number | null): boolean {
  return status !== null && status >= 400 && status < 500
}

interface Pair {
  readonly wanted: WantedHook
  readonly hook: EventHook
  readonly others: readonly EventHook[]
}

interface Found extends Omit<Pair, 'hook'> {
  readonly hook: EventHook | null
}

/** The wanted hook of this kind beside the org's; null when nothing is known. */
function found(probes: Probes, kind: WantedHook['kind']): Found | null {
  const { hooks, wanted } = probes
  const hook = wanted.find((candidate) => candidate.kind === kind)
  if (!hooks?.ok || !hook) return null
  const taken = kind === 'signals' ? found(probes, 'failures')?.hook?.id : null
  const ours = hooks.all.filter((candidate) => candidate.id !== taken && isOurs(candidate, hook))
  const [best = null, ...others] = ours.toSorted(bestFirst)
  return { wanted: hook, hook: best, others }
}

function pairs(probes: Probes): readonly Pair[] {
  return [found(probes, 'failures'), found(probes, 'signals')].flatMap((pair) =>
    pair?.hook ? [{ ...pair, hook: pair.hook }] : []
  )
}

function each(probes: Probes, isWrong: (hook: EventHook) => boolean, what: string, so: string): CheckVerdict {
  const wrong = pairs(probes).filter(({ hook }) => isWrong(hook))
  if (wrong.length === 0) return null
  const names = wrong.map(({ hook }) => `"${hook.name}" (${hook.id})`).join(' and ')
  return error(`The event hook ${names} ${what}. ${so}`, `${REGISTER}.`)
}
