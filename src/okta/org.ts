/** The org for commands that run beside the service: one client, and what is asked through it. */
import type { OktaUser } from '../domain/evidence.ts'
import type { OktaReader } from '../domain/okta.ts'
import { SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { createOktaClient, type OktaClient, type OktaClientParts } from './client/client.ts'
import { createHookAdmin, type HookAdmin } from './event-hooks.ts'
import { createLogFeed, type LogFeed } from './log-feed.ts'
import { createReader, type ReaderOptions } from './reads/reader.ts'
import { toUser } from './reads/translate.ts'

/* Who a login or a name belongs to. */

/** Looks users up for a person who waits, so these calls go before all others. Neither rejects. */
export interface UserDirectory {
  /** `nobody`: Okta shows no such user. Null: Okta cannot be asked. */
  find(idOrLogin: string): Promise<OktaUser | 'nobody' | null>
  /** Users whose first name, last name or email starts with the text; none when Okta cannot be asked. */
  startingWith(text: string): Promise<readonly OktaUser[]>
}

/** Most users of one search; the closest of them are shown. */
const SEARCH_LIMIT = '100'

export function createUserDirectory(client: OktaClient): UserDirectory {
  return {
    async find(idOrLogin) {
      const ids = { idOrLogin }
      const reply = await client.call({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids, priority: 'acting' })
      if (!reply.ok) return reply.error.kind === 'missing' ? 'nobody' : null
      return toUser(reply.answer.body)
    },
    async startingWith(text) {
      const query = { q: text, limit: SEARCH_LIMIT }
      const reply = await client.call({ method: 'GET', pattern: '/api/v1/users', query, priority: 'acting' })
      return reply.ok && Array.isArray(reply.answer.body) ? reply.answer.body.flatMap((one) => toUser(one) ?? []) : []
    }
  }
}

export interface OktaOrg {
  readonly client: OktaClient
  readonly hooks: HookAdmin
  readonly log: LogFeed
  readonly reader: OktaReader
}

type OrgParts = Omit<OktaClientParts, 'requestTimeoutMs'> & { readonly clock: Clock }

/** Okta's own log queries may take 30 s (facts §3.4). */
const PATIENCE_MS = 30 * SECOND_MS

/** Calls nobody yet. */
export function openOrg(
  okta: Parameters<typeof createOktaClient>[0],
  parts: OrgParts,
  sources: Pick<ReaderOptions, 'absentSources' | 'unusedSources'> = { absentSources: [] }
): OktaOrg {
  const client = createOktaClient(okta, { ...parts, requestTimeoutMs: PATIENCE_MS })
  return {
    client,
    hooks: createHookAdmin(client),
    log: createLogFeed(client),
    reader: createReader(client, { clock: parts.clock, ...sources })
  }
}
