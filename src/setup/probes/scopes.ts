/** Finds out what an API Services app may do, by trying: which scopes it has; and who suspends people. */
import type { AppCredentials } from '../../config/settings/okta.ts'
import { SCOPES } from '../../config/settings/scopes.ts'
import { recordOf, textOf } from '../../domain/json.ts'
import type { OktaError } from '../../domain/okta.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { OktaOrg } from '../../okta/org.ts'

export type ScopesFound =
  | { readonly ok: true; readonly granted: readonly string[] }
  | { readonly ok: false; readonly error: OktaError }

/** Asks for a token with each scope alone; Okta refuses a token when one of its scopes is not granted (facts §7). */
export async function findScopes(app: AppCredentials, open: (app: AppCredentials) => OktaOrg): Promise<ScopesFound> {
  const granted: string[] = []
  for (const { name: scope } of SCOPES) {
    const { client } = open({ ...app, scopes: [scope] })
    const reply = await client.call({ method: 'GET', pattern: '/api/v1/users', query: { limit: '1' } })
    if (reply.ok || reply.error.kind === 'forbidden') granted.push(scope)
    else if (reply.error.errorCode !== 'invalid_scope') return { ok: false, error: reply.error }
  }
  return { ok: true, granted }
}

export interface Suspender {
  readonly id: string
  readonly name: string
  readonly suspensions: number
}

/** Okta keeps its log for 90 days (facts §3.4). */
export const LOG_MS = 90 * DAY_MS

/** Who suspended people in the last 90 days, the most frequent first; the newest 1,000 suspensions count. */
export async function findSuspenders({ log }: Pick<OktaOrg, 'log'>, clock: Clock): Promise<readonly Suspender[]> {
  const now = clock()
  const filter = 'eventType eq "user.lifecycle.suspend"'
  const read = await log.read({ kind: 'window', since: plus(now, -LOG_MS), until: now, filter, limit: 1000 })
  const actors = (read.ok ? read.page.entries : []).flatMap((entry) => {
    const { id, displayName } = recordOf(recordOf(entry).actor)
    const actorId = textOf(id)
    return actorId === null ? [] : [{ id: actorId, name: textOf(displayName) ?? 'no name' }]
  })
  return [...Map.groupBy(actors, ({ id }) => id).values()]
    .flatMap((all) => all.slice(0, 1).map((actor) => ({ ...actor, suspensions: all.length })))
    .toSorted((a, b) => b.suspensions - a.suspensions)
}
