/** Reads from Okta what `doctor` checks: each call the service needs, once, and no write. */
import type { OktaError } from '../../domain/okta.ts'
import { DAY_MS, msBetween, plus } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { OktaCall } from '../../okta/client/calls.ts'
import type { OktaClient, OktaReply } from '../../okta/client/client.ts'
import type { EventHook } from '../../okta/event-hooks.ts'
import type { OktaOrg } from '../../okta/org.ts'
import type { Probes, ReadProbe } from './probes.ts'

/** The list that signs us in and gives a user to try the other reads on. */
const USERS: OktaCall = { method: 'GET', pattern: '/api/v1/users', query: { limit: '1' } }

interface Trial extends Pick<ReadProbe, 'scope' | 'source'> {
  readonly pattern: string
  readonly query?: Readonly<Record<string, string>>
}

/** Every read of the evidence (facts §3.1), in the order of trying. */
const TRIALS: readonly Trial[] = [
  { pattern: '/api/v1/users/{idOrLogin}', scope: 'okta.users.read', source: null },
  { pattern: '/api/v1/users/{userId}/factors', scope: 'okta.users.read', source: null },
  { pattern: '/api/v1/users/{id}/groups', scope: 'okta.users.read', source: null },
  { pattern: '/api/v1/users/{userId}/roles', scope: 'okta.roles.read', source: null },
  { pattern: '/api/v1/users/{userId}/devices', scope: 'okta.users.read', source: 'devices' },
  { pattern: '/api/v1/users/{userId}/authenticator-enrollments', scope: 'okta.users.read', source: 'enrollments' },
  { pattern: '/api/v1/users/{userId}/risk', scope: 'okta.userRisk.read', source: 'risk' },
  { pattern: '/api/v1/devices', scope: 'okta.devices.read', source: null, query: { limit: '1' } }
]

export async function probeOkta(
  { client, log }: OktaOrg,
  absentSources: readonly string[],
  clock: Clock
): Promise<Omit<Probes['okta'], 'buckets' | 'actuatorFailure'>> {
  const first = await client.call(USERS)
  const nothing = { reads: [], failedDeliveries: null }
  if (!first.ok && !isRefusal(first)) return { failure: first.error, clockAheadMs: null, ...nothing }
  const users = readProbe('GET /api/v1/users', 'okta.users.read', first)
  const clockAheadMs = first.ok && first.answer.sentAt ? msBetween(clock(), first.answer.sentAt) : null
  const userId = first.ok ? idOfFirst(first.answer.body) : null
  const trials = TRIALS.filter(({ source, pattern }) => {
    const needsUser = pattern.includes('{')
    return !(source && absentSources.includes(source)) && (!needsUser || userId !== null)
  })
  const reads = await Promise.all(trials.map((trial) => tryRead(trial, userId ?? '', client)))
  const now = clock()
  const filter = 'eventType eq "event_hook.delivery"'
  const entries = await log.read({ kind: 'window', since: plus(now, -DAY_MS), until: now, filter, limit: 1000 })
  const logRead: ReadProbe = {
    call: 'GET /api/v1/logs',
    scope: 'okta.logs.read',
    source: null,
    failure: entries.ok ? null : entries.error
  }
  return {
    failure: null,
    clockAheadMs,
    reads: [users, ...reads, logRead],
    failedDeliveries: entries.ok ? countByHook(entries.page.entries) : null
  }
}

/** Whether the app that writes gets a token at all. It reads, and may be refused that: its rights show only in a write. */
export async function probeActuator({ client }: Pick<OktaOrg, 'client'>): Promise<OktaError | null> {
  const reply = await client.call(USERS)
  return !reply.ok && reply.error.kind === 'unauthenticated' ? reply.error : null
}

/** Signed in, and not allowed to read users. */
function isRefusal(reply: OktaReply & { readonly ok: false }): boolean {
  return reply.error.kind === 'forbidden'
}

async function tryRead({ pattern, scope, source, query }: Trial, userId: string, client: OktaClient) {
  const ids = { idOrLogin: userId, userId, id: userId }
  const reply = await client.call({ method: 'GET', pattern, ids, ...(query ? { query } : {}) })
  return { ...readProbe(`GET ${pattern}`, scope, reply), source }
}

function readProbe(call: string, scope: string, reply: OktaReply): ReadProbe {
  return { call, scope, source: null, failure: reply.ok ? null : reply.error }
}

function idOfFirst(body: unknown): string | null {
  const [user]: unknown[] = Array.isArray(body) ? body : []
  return typeof user === 'object' && user !== null && 'id' in user && typeof user.id === 'string' ? user.id : null
}

function countByHook(entries: readonly unknown[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const entry of entries) {
    for (const [, id = ''] of JSON.stringify(entry).matchAll(/"id":"(who\w+)"/g)) counts[id] = (counts[id] ?? 0) + 1
  }
  return counts
}

export async function probeHooks({ hooks }: OktaOrg): Promise<Exclude<Probes['hooks'], null>> {
  const read = await hooks.list()
  return read.ok ? { ok: true, all: read.hooks } : read
}

/** The default address: that of the hook with our name. */
export function addressOf(hooks: readonly EventHook[]): string | null {
  return hooks.find(({ name }) => name.startsWith('reenroll'))?.uri ?? null
}
