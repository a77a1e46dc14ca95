/** The user, and the lists that hang on the user (facts §3.1). */
import type { EvidenceSource, EvidenceValues, OktaUser, UserBlock } from '../../domain/evidence.ts'
import type { EvidenceAsk } from '../../domain/okta.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { isOktaId, type OktaCall } from '../client/calls.ts'
import type { BatchedReads } from './batched-reads.ts'
import type { Asker, ReadResult } from './read-result.ts'
import {
  missingUser,
  toBlocks,
  toDevices,
  toEmbeddedBlocks,
  toEnrollments,
  toFactors,
  toGroups,
  toRisk,
  toRoles,
  toUser
} from './translate.ts'

export interface ReadRequest {
  readonly ask: EvidenceAsk
  readonly asker: Asker
  readonly clock: Clock
  /** Reads that cases share; null when this one is to share nothing. */
  readonly shared: BatchedReads | null
  /** Whether the cheapest way is to be taken, as for one of many cases. */
  readonly isMinimal: boolean
  /** When the whole read is over. */
  readonly signal: AbortSignal
  /** Whether the source is asked for and not absent. */
  readonly wants: (source: EvidenceSource) => boolean
  /** Whether the org has the source. */
  readonly has: (source: EvidenceSource) => boolean
}

/** The user, with the blocks when they came along. Somebody Okta does not know is a user with status MISSING. */
export type UserRead = ReadResult<{ readonly user: OktaUser; readonly blocks: readonly UserBlock[] | null }>

/** Groups, roles and the like come in few pages. */
const MOST_PAGES = 10

/** What was asked of a shared read, or `late` when this read is over before it: others keep waiting for it. */
export function unlessOver<V>(
  { asker, signal }: ReadRequest,
  reading: Promise<V>,
  late: (answered: ReadResult<never>) => V
): Promise<V> {
  const over = () => late({ ...asker.unknown('The reads before it took too long.'), retryable: true })
  if (signal.aborted) return Promise.resolve(over())
  return new Promise((resolve, reject) => {
    const stop = () => resolve(over())
    signal.addEventListener('abort', stop, { once: true })
    reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** Reads the user by id or login; together with others, when their sign-in blocks are not wanted, which no list has. */
export async function lookUp(request: ReadRequest): Promise<UserRead> {
  const { ask, asker, shared, isMinimal, wants } = request
  if (shared && isMinimal && isOktaId(ask.userId) && !wants('blocks')) {
    const answered = await unlessOver<ReadResult<OktaUser> | null>(request, shared.user(ask.userId), (over) => over)
    if (answered) return answered.ok ? { ...answered, value: { user: answered.value, blocks: null } } : answered
  }
  const call: OktaCall = {
    method: 'GET',
    pattern: '/api/v1/users/{idOrLogin}',
    ids: { idOrLogin: ask.userId },
    // Saves the call for the blocks (facts §3.1).
    ...(wants('blocks') ? { query: { expand: 'blocks' } } : {})
  }
  const answered = await asker.one(call, (body) => {
    const user = toUser(body)
    return user && { user, blocks: toEmbeddedBlocks(body) }
  })
  const isNobody = !answered.ok && answered.missing
  return isNobody ? asker.known({ user: missingUser(ask.userId), blocks: [] }) : answered
}

type ListSource = 'blocks' | 'devices' | 'factors' | 'enrollments' | 'roles' | 'risk' | 'groups'

/** Reads that were started; null for what nobody asked. */
export type Started = { readonly [S in ListSource]: Promise<ReadResult<EvidenceValues[S]> | null> }

/** Starts the reads about the user, all at once. When the user is missing, 404s about the user are empty lists. */
export function readLists(request: ReadRequest, userId: string | null, user: Promise<UserRead>): Started {
  const { asker, wants, has } = request
  const isMissing = async () => {
    const found = await user
    return found.ok && found.value.user.status === 'MISSING'
  }
  /** What `read` answers about the user; `none` when there is no such user. */
  async function about<V>(pattern: string, none: V, read: (call: OktaCall) => Promise<ReadResult<V>>) {
    if (userId === null) return asker.known(none)
    const answered = await read({ method: 'GET', pattern, ids: { id: userId, userId } })
    return !answered.ok && answered.missing && (await isMissing()) ? asker.known(none) : answered
  }
  const all = <V>(pattern: string, read: (page: unknown) => readonly V[] | null) =>
    about<readonly V[]>(pattern, [], (call) => asker.all(call, read, MOST_PAGES))
  const when = <V>(isNeeded: boolean, start: () => Promise<V>) => (isNeeded ? start() : Promise.resolve(null))
  /** The history and the users of devices concern the user's blocked devices too. They need the list unless the caller knows it. */
  const { areAllSuspects = false } = request.ask
  const needsDevices =
    has('devices') &&
    (wants('devices') ||
      (wants('device_users') && (!areAllSuspects || !request.shared)) ||
      (wants('history') && !areAllSuspects && !request.isMinimal))

  return {
    blocks: when(wants('blocks'), async () => {
      const found = await user
      if (!found.ok) return found
      if (found.value.blocks) return { ...found, value: found.value.blocks }
      return all('/api/v1/users/{id}/blocks', toBlocks)
    }),
    devices: when(needsDevices, () => all('/api/v1/users/{userId}/devices', toDevices)),
    factors: when(wants('factors'), () => all('/api/v1/users/{userId}/factors', toFactors)),
    enrollments: when(wants('enrollments'), () =>
      all('/api/v1/users/{userId}/authenticator-enrollments', toEnrollments)
    ),
    roles: when(wants('roles'), async () => {
      const listed = await listedRoles(request, userId)
      return listed ?? all('/api/v1/users/{userId}/roles', toRoles)
    }),
    // Nobody has vouched for somebody Okta does not know: `unknown`, not NONE.
    risk: when(wants('risk'), () =>
      about('/api/v1/users/{userId}/risk', { level: 'unknown', reason: null } as EvidenceValues['risk'], (call) =>
        asker.one(call, toRisk)
      )
    ),
    groups: when(wants('groups'), () => all('/api/v1/users/{id}/groups', toGroups))
  }
}

/** By the list of role assignees, when calls are to be spared: who is not on it may still hold a role through a group. */
async function listedRoles(
  request: ReadRequest,
  userId: string | null
): Promise<ReadResult<EvidenceValues['roles']> | null> {
  const { asker, shared, isMinimal } = request
  if (!shared || !isMinimal || userId === null) return null
  const list = await unlessOver<ReadResult<ReadonlySet<string>>>(request, shared.assignees(), (late) => late)
  // A list that cannot be had, or not whole, leaves the user to be asked about alone when it matters.
  if (!list.ok) return list.retryable ? list : { ...list, spared: true }
  if (list.value.has(userId)) return { ...list, value: [{ type: 'unknown', label: null, assignment: null }] }
  return { ...asker.unknown(NOT_LISTED), at: list.at, spared: true }
}

const NOT_LISTED =
  'not on the list of role assignees; roles held through a group are not read while many users fail at once'
