/** Who a login belongs to. */
import type { OktaClient } from './client.ts'
import { recordOf, textOf } from './loose.ts'

/** Answers with the Okta id, or null when nobody has the login or Okta cannot be asked. Never rejects. */
export type FindUserId = (idOrLogin: string) => Promise<string | null>

/** A person at the help desk waits for it, so it goes before everything else. */
export function createUserFinder(client: OktaClient): FindUserId {
  return async (idOrLogin) => {
    const ids = { idOrLogin }
    const reply = await client.call({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids, lane: 'acting' })
    return reply.ok ? textOf(recordOf(reply.answer.body).id) : null
  }
}
