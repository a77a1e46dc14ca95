/** The org for commands that run beside the service: one client, and what is asked through it. */
import { SECOND_MS } from '../time.ts'
import { createOktaClient, type OktaClient, type OktaClientParts } from './client.ts'
import { createHookAdmin, type HookAdmin } from './event-hooks.ts'
import { createLogFeed, type LogFeed } from './log-feed.ts'
import type { OktaReader } from './okta.ts'
import { createReader, type ReaderOptions } from './reads.ts'

export interface OktaOrg {
  readonly client: OktaClient
  readonly hooks: HookAdmin
  readonly log: LogFeed
  readonly reader: OktaReader
}

type OrgParts = Omit<OktaClientParts, 'requestTimeoutMs'> & Partial<Pick<OktaClientParts, 'requestTimeoutMs'>>

/** Okta's own log queries may take 30 s (facts §3.4). */
const PATIENCE_MS = 30 * SECOND_MS

/** Calls nobody yet. */
export function openOrg(
  okta: Parameters<typeof createOktaClient>[0],
  parts: OrgParts,
  absentSources: ReaderOptions['absentSources'] = []
): OktaOrg {
  const client = createOktaClient(okta, { requestTimeoutMs: PATIENCE_MS, ...parts })
  return {
    client,
    hooks: createHookAdmin(client),
    log: createLogFeed(client),
    reader: createReader(client, { clock: parts.clock, absentSources })
  }
}
