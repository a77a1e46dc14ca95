/** Many users by id in one call. `filter` and not `search`, whose source lags behind (Okta's description of `listUsers`). */
import type { OktaUser } from '../evidence.ts'
import type { Answered, Asker } from './answered.ts'
import type { OktaCall } from './calls.ts'
import { listOf } from './loose.ts'
import { toUser } from './translate.ts'

/** A filter travels in the address; so many ids are about 2 kB of it. */
export const USERS_PER_CALL = 50
/** Okta's largest page (facts §3.3): a list of ids never has a second one. */
const PAGE_SIZE = '200'

/** Every id must have passed `isOktaId`: what it lets through needs no quoting. */
export function usersCall(userIds: readonly string[]): OktaCall {
  const filter = userIds.map((id) => `id eq "${id}"`).join(' or ')
  return { method: 'GET', pattern: '/api/v1/users', query: { filter, limit: PAGE_SIZE } }
}

/** The users in the order of their ids; null for one who is not in the answer, which proves nothing about them. */
export async function readUsers(
  asker: Asker,
  userIds: readonly string[]
): Promise<readonly (Answered<OktaUser> | null)[]> {
  const answered = await asker.all(usersCall(userIds), (page) => listOf(page, toUser), 1)
  if (!answered.ok) return userIds.map(() => answered)
  const byId = new Map(answered.value.map((user) => [user.id, user]))
  return userIds.map((id) => {
    const value = byId.get(id)
    return value ? { ...answered, value, shared: true } : null
  })
}
