/** The org for commands that run beside the service: one client, and what is asked through it. */
import { recordOf, textOf } from '../domain/json.ts'
import type { OktaReader } from '../domain/okta.ts'
import { SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { createOktaClient, type OktaClient, type OktaClientParts } from './client/client.ts'
import { createHookAdmin, type HookAdmin } from './event-hooks.ts'
import { createLogFeed, type LogFeed } from './log-feed.ts'
import { createReader, type ReaderOptions } from './reads/reader.ts'

/* Who a login belongs to. */

/** Answers with the Okta id, or null when nobody has the login or Okta cannot be asked. Never rejects. */
/** `nobody`: Okta has no such user. Null: Okta cannot be asked. */
export type FindUserId = (idOrLogin: string) => Promise<{ readonly id: string } | 'nobody' | null>

/** A person at the help desk waits for it, so it goes before everything else. */
export function createUserFinder(client: OktaClient): FindUserId {
  return async (idOrLogin) => {
    const ids = { idOrLogin }
    const reply = await client.call({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids, priority: 'acting' })
    if (!reply.ok) return reply.error.kind === 'missing' ? 'nobody' : null
    const id = textOf(recordOf(reply.answer.body).id)
    return id === null ? null : { id }
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
