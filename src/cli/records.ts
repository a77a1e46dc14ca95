/** Reads cases and ledger: from the running service, or from the store when none runs. */
import { type CaseJson, caseJson } from '../api/case-json.ts'
import type { ErrorBody } from '../api/errors.ts'
import type { ReportDays } from '../api/figures.ts'
import { type GuardReport, readGuardReport } from '../backtest/guard-report.ts'
import { type Rollout, readRollout } from '../backtest/rollout.ts'
import { createCommands } from '../case/commands.ts'
import { createPeople, type ErasedPerson, type PersonRecords } from '../case/person.ts'
import { DEFAULT_POLICY } from '../config/policy/policy.ts'
import { localUrl } from '../config/settings/listeners.ts'
import { type OpsAccess, readOpsAccess } from '../config/settings/settings.ts'
import type { LedgerRow } from '../domain/ledger.ts'
import { MINUTE_MS, systemClock } from '../domain/time.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { isMissing, openDecidePolicy } from './load.ts'

/* Asks a running service through its API. The store has one owner at a time, so a running service must be asked. */

/** A person waits for the response. */
const TIMEOUT_MS = 10_000
/** Searches all that is stored. */
const LONG_TIMEOUT_MS = 10 * MINUTE_MS

/** 200 or 404; everything else fails the command with a sentence. */
export type OpsAnswer = { readonly found: true; readonly body: unknown } | { readonly found: false }

export interface OpsClient {
  readonly url: string
  /** Sends `body` when there is one. Null when nothing listens there, so no service runs. */
  ask(path: string, body?: object): Promise<OpsAnswer | null>
}

/** Where a service of this store may answer: its announced address, or that of the settings. Null when none runs. */
export async function serviceUrl({ ops, storeUrl }: Pick<OpsAccess, 'ops' | 'storeUrl'>): Promise<string | null> {
  const { announcedAddress } = await import('../store/sqlite/address-file.ts')
  const announced = announcedAddress(storeUrl)
  return announced === undefined && ops.port !== 0 ? localUrl(ops.host, ops.port) : (announced ?? null)
}

async function createOpsClient(access: OpsAccess): Promise<OpsClient> {
  const { host, port, token } = access.ops
  const found = await serviceUrl(access)
  const url = found ?? localUrl(host, port)
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  return {
    url,
    async ask(path, body) {
      if (found === null) return null
      let response: Response
      try {
        response = await fetch(`${url}${path}`, {
          method: body ? 'POST' : 'GET',
          headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
          body: body ? JSON.stringify(body) : null,
          signal: AbortSignal.timeout(body ? LONG_TIMEOUT_MS : TIMEOUT_MS)
        })
      } catch (error) {
        if (isRefused(error)) return null
        throw new CommandFailed([`The service at ${url} does not answer (${reasonOf(error)}).`])
      }
      return answerOf(response, url)
    }
  }
}

/** The running service of these settings. */
export async function openService(io: CliIo): Promise<OpsClient> {
  return createOpsClient(accessOf(io))
}

function accessOf(io: CliIo): OpsAccess {
  const read = readOpsAccess(io.env)
  if (!read.ok) throw new CommandFailed(read.errors)
  return read.access
}

async function answerOf(response: Response, url: string): Promise<OpsAnswer> {
  if (response.status === 404) return { found: false }
  if (response.status === 401 || response.status === 403) {
    throw new CommandFailed([`The service at ${url} rejects REENROLL_OPS_TOKEN; use the token it was started with.`])
  }
  const body: unknown = await response.json().catch(() => undefined)
  const refused = (body as Partial<ErrorBody> | null | undefined)?.error?.message
  if (response.status === 400 && refused) throw new CommandFailed([refused])
  if (!response.ok || body === undefined) {
    throw new CommandFailed([
      `${url} did not answer as a healthy Reenroll (HTTP ${response.status}). Check REENROLL_OPS_HOST and REENROLL_OPS_PORT.`
    ])
  }
  return { found: true, body }
}

function isRefused(error: unknown): boolean {
  return reasonOf(error) === 'ECONNREFUSED'
}

/** The system's code behind fetch's "fetch failed"; with several addresses, the first one's. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return cause instanceof Error ? cause.name : 'unknown reason'
}

export interface Records {
  /** The newest. */
  listCases(limit: number): Promise<readonly CaseJson[]>
  getCase(id: string): Promise<CaseJson | null>
  ledger(page: { after: number; limit: number }): Promise<readonly LedgerRow[]>
  readonly people: PersonRecords
  guards(days: ReportDays): Promise<GuardReport>
  rollout(asked: Parameters<typeof readRollout>[2]): Promise<Rollout>
  close(): Promise<void>
}

/** Runs `use` on the service or, when none runs, on the store. */
export async function withRecords<Result>(io: CliIo, use: (records: Records) => Promise<Result>): Promise<Result> {
  const access = accessOf(io)
  const client = await createOpsClient(access)
  const isUp = (await client.ask('/livez')) !== null
  if (isUp && access.ops.token === '') {
    throw new CommandFailed([`REENROLL_OPS_TOKEN: not set; the service at ${client.url} runs and asks for it.`])
  }
  const records = isUp ? recordsOfService(client) : await recordsOfStore(io, access)
  try {
    return await use(records)
  } finally {
    await records.close()
  }
}

function recordsOfService(client: OpsClient): Records {
  const ask = async (path: string, body?: object) => {
    const answer = await client.ask(path, body)
    if (answer === null) throw new CommandFailed([`The service at ${client.url} has just stopped; try again.`])
    return answer
  }
  const askFound = async (path: string, body?: object) => {
    const answer = await ask(path, body)
    if (answer.found) return answer.body as object
    throw new CommandFailed([`The service at ${client.url} is of another version. Stop it, then try again.`])
  }
  return {
    listCases: async (limit) =>
      ((await askFound(`/api/cases?limit=${limit}`)) as { readonly cases: readonly CaseJson[] }).cases,
    async getCase(id) {
      const answer = await ask(`/api/cases/${encodeURIComponent(id)}`)
      return answer.found ? (answer.body as CaseJson) : null
    },
    ledger: async ({ after, limit }) =>
      ((await askFound(`/api/ledger?after=${after}&limit=${limit}`)) as { readonly rows: readonly LedgerRow[] }).rows,
    people: {
      export: (user) => askFound('/api/people/export', { user }),
      erase: async (user, { name }) =>
        (await askFound('/api/people/erase', { user, by: name })) as Awaited<ReturnType<PersonRecords['erase']>>,
      count: async (user) => (await askFound('/api/people/erase', { user, by: 'nobody', dryRun: true })) as ErasedPerson
    },
    guards: async (days) => (await askFound(`/api/guards/report?days=${days}`)) as GuardReport,
    rollout: async ({ days, group }) => {
      const query = new URLSearchParams({ days: String(days), ...(group === null ? {} : { group }) })
      return (await askFound(`/api/rollout?${query}`)) as Rollout
    },
    close: async () => {}
  }
}

async function recordsOfStore(io: CliIo, { storeUrl, storeAccess }: OpsAccess): Promise<Records> {
  const path = /^sqlite:(.*)$/s.exec(storeUrl)?.[1]
  // Opening would create the file.
  if (path !== undefined && isMissing(path)) {
    throw new CommandFailed([`No service runs, and there is no store at ${path} yet. Check REENROLL_STORE_URL.`])
  }
  const { openStore } = await import('../store/open.ts')
  const store = await openStore(storeUrl, storeAccess)
  const deps = { store, clock: systemClock, policy: DEFAULT_POLICY, emit: () => {} }
  return {
    people: createPeople({ ...deps, commands: createCommands(deps) }),
    listCases: async (limit) => (await store.listCases({ limit })).cases.map(caseJson),
    async getCase(id) {
      const found = await store.getCase(id)
      return found && caseJson(found)
    },
    ledger: (page) => store.ledger(page),
    guards: (days) => readGuardReport(store, days, systemClock()),
    rollout: async (asked) => readRollout(store, await openDecidePolicy(io), asked, systemClock()),
    close: () => store.close()
  }
}
