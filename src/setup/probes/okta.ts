/** Reads from Okta what `doctor` checks: each call the service needs, once, and no write. */
import type { ScopeName } from '../../config/settings/scopes.ts'
import { listOf, recordOf, textOf } from '../../domain/json.ts'
import type { OktaError } from '../../domain/okta.ts'
import { DAY_MS, msBetween, plus } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { OktaCall } from '../../okta/client/calls.ts'
import type { OktaClient, OktaReply } from '../../okta/client/client.ts'
import type { EventHook } from '../../okta/event-hooks.ts'
import type { OktaOrg } from '../../okta/org.ts'
import type { AppRole } from '../rights.ts'
import type { HistoryProbe, Probes, ReadProbe } from './probes.ts'

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
  { pattern: '/api/v1/iam/assignees/users', scope: 'okta.roles.read', source: null, query: { limit: '1' } },
  { pattern: '/api/v1/users/{userId}/devices', scope: 'okta.users.read', source: 'devices' },
  { pattern: '/api/v1/users/{userId}/authenticator-enrollments', scope: 'okta.users.read', source: 'enrollments' },
  { pattern: '/api/v1/users/{userId}/risk', scope: 'okta.userRisk.read', source: 'risk' },
  { pattern: '/api/v1/devices', scope: 'okta.devices.read', source: 'device_users', query: { limit: '1' } }
]

export async function probeOkta(
  { client, log }: OktaOrg,
  absentSources: readonly string[],
  clock: Clock
): Promise<Omit<Probes['okta'], 'buckets' | 'actuatorFailure' | 'writerRoles' | 'history'>> {
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

/** The admin roles of an app, by reads alone: its assignments, the permissions of its custom roles, their resource sets. */
export async function probeRoles({ client }: Pick<OktaOrg, 'client'>, clientId: string): Promise<AppRole[] | null> {
  const get = async (pattern: string, ids: Readonly<Record<string, string>>) => {
    const reply = await client.call({ method: 'GET', pattern, ids })
    return reply.ok ? reply.answer.body : null
  }
  const assigned = listOf(await get('/oauth2/v1/clients/{clientId}/roles', { clientId }), recordOf)
  if (assigned === null) return null
  const roles = assigned.map(async (role): Promise<AppRole | null> => {
    const type = textOf(role.type) ?? 'unknown'
    if (type !== 'CUSTOM') return { type, permissions: [], resources: [] }
    const ids = { roleId: textOf(role.role) ?? '', setId: textOf(role['resource-set']) ?? '' }
    const granted = recordOf(await get('/api/v1/iam/roles/{roleId}/permissions', ids)).permissions
    const held = recordOf(await get('/api/v1/iam/resource-sets/{setId}/resources', ids)).resources
    const permissions = listOf(granted, (each) => textOf(recordOf(each).label))
    const resources = listOf(held, (each) => textOf(recordOf(each).orn) ?? addressOfSelf(each))
    return permissions && resources && { type, permissions, resources }
  })
  const read = await Promise.all(roles)
  const known = read.filter((role) => role !== null)
  return known.length === read.length ? known : null
}

function addressOfSelf(resource: unknown): string | null {
  return textOf(recordOf(recordOf(recordOf(resource)._links).self).href)
}

/** The log about the person with the median number of verifications among the newest ones, as a case would read it. */
export async function probeHistory(
  { log, reader }: Pick<OktaOrg, 'log' | 'reader'>,
  historyMs: number,
  clock: Clock
): Promise<HistoryProbe | null> {
  const now = clock()
  const filter = 'eventType eq "user.authentication.auth_via_mfa"'
  const newest = await log.read({ kind: 'window', since: plus(now, -DAY_MS), until: now, filter, limit: 1000 })
  const people = (newest.ok ? newest.page.entries : []).flatMap(
    (entry) => textOf(recordOf(recordOf(entry).actor).id) ?? []
  )
  const byCount = [...Map.groupBy(people, (id) => id).values()].toSorted((a, b) => a.length - b.length)
  const userId = byCount[Math.floor(byCount.length / 2)]?.[0]
  if (userId === undefined) return null
  const ask = { userId, sources: ['history'], historySince: plus(now, -historyMs), suspectDeviceIds: [] } as const
  const { history } = await reader.evidence(ask)
  return history.state === 'known'
    ? {
        entries: history.value.length,
        isCut: history.signInsSince !== undefined,
        completeSince: history.completeSince ?? null
      }
    : null
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

function readProbe(call: string, scope: ScopeName, reply: OktaReply): ReadProbe {
  return { call, scope, source: null, failure: reply.ok ? null : reply.error }
}

function idOfFirst(body: unknown): string | null {
  return Array.isArray(body) ? textOf(recordOf(body[0]).id) : null
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
export function hookAddress(hooks: readonly EventHook[]): string | null {
  return hooks.find(({ name }) => name.startsWith('reenroll'))?.uri ?? null
}
