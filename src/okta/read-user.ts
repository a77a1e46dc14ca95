/** The user, and the lists that hang on the user (facts §3.1). */
import type { Block, EvidenceSource, EvidenceValues, OktaUser } from '../evidence.ts'
import type { Clock } from '../vocabulary.ts'
import type { Answered, Asker } from './answered.ts'
import type { OktaCall } from './calls.ts'
import type { EvidenceAsk } from './okta.ts'
import { missingUser, toBlocks, toEmbeddedBlocks, toGroups, toRisk, toRoles, toUser } from './translate.ts'
import { toDevices, toEnrollments, toFactors } from './translate-devices.ts'

/** One evidence read. */
export interface Errand {
  readonly ask: EvidenceAsk
  readonly asker: Asker
  readonly clock: Clock
  /** Whether the source is asked for and not absent. */
  readonly wants: (source: EvidenceSource) => boolean
  /** Whether the org has the source. */
  readonly has: (source: EvidenceSource) => boolean
}

/** The user, with the blocks when they came along. Somebody Okta does not know is a user with status MISSING. */
export type UserRead = Answered<{ readonly user: OktaUser; readonly blocks: readonly Block[] | null }>

/** Groups, roles and the like come in few pages. */
const MOST_PAGES = 10

/** Reads the user by id or login. */
export async function lookUp({ ask, asker, wants }: Errand): Promise<UserRead> {
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
export type Started = { readonly [S in ListSource]: Promise<Answered<EvidenceValues[S]> | null> }

/** Starts the reads about the user, all at once. When the user is missing, 404s about the user are empty lists. */
export function readLists(errand: Errand, userId: string | null, user: Promise<UserRead>): Started {
  const { asker, wants, has } = errand
  const isMissing = async () => {
    const found = await user
    return found.ok && found.value.user.status === 'MISSING'
  }
  /** What `read` answers about the user; `none` when there is no such user. */
  async function about<V>(pattern: string, none: V, read: (call: OktaCall) => Promise<Answered<V>>) {
    if (userId === null) return asker.known(none)
    const answered = await read({ method: 'GET', pattern, ids: { id: userId, userId } })
    return !answered.ok && answered.missing && (await isMissing()) ? asker.known(none) : answered
  }
  const all = <V>(pattern: string, read: (page: unknown) => readonly V[] | null) =>
    about<readonly V[]>(pattern, [], (call) => asker.all(call, read, MOST_PAGES))
  const when = <V>(isNeeded: boolean, start: () => Promise<V>) => (isNeeded ? start() : Promise.resolve(null))
  /** The history asks about the user's blocked devices too, and so needs the list, whoever asked for it. */
  const needsDevices = has('devices') && (wants('devices') || wants('device_users') || wants('history'))

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
    roles: when(wants('roles'), () => all('/api/v1/users/{userId}/roles', toRoles)),
    // Nobody has vouched for somebody Okta does not know: `unknown`, not NONE.
    risk: when(wants('risk'), () =>
      about('/api/v1/users/{userId}/risk', { level: 'unknown', reason: null } as EvidenceValues['risk'], (call) =>
        asker.one(call, toRisk)
      )
    ),
    groups: when(wants('groups'), () => all('/api/v1/users/{id}/groups', toGroups))
  }
}
