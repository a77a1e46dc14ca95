/** Cases and ledger for reading: from the running service, or from the store when none runs. */
import { existsSync } from 'node:fs'
import { type CaseJson, caseJson } from '../ops/api/case-json.ts'
import { type OpsAccess, readOpsAccess } from '../settings.ts'
import type { LedgerRow } from '../store/store.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { createOpsClient, type OpsClient } from './ops-client.ts'

export interface Records {
  getCase(id: string): Promise<CaseJson | null>
  ledger(page: { after: number; limit: number }): Promise<readonly LedgerRow[]>
  close(): Promise<void>
}

/** Runs `use` on whichever holds the records right now. */
export async function withRecords<Result>(io: CliIo, use: (records: Records) => Promise<Result>): Promise<Result> {
  const read = readOpsAccess(io.env)
  if (!read.ok) throw new CommandFailed(read.faults)
  const client = createOpsClient(read.access.ops)
  const isUp = (await client.get('/livez')) !== null
  const records = isUp ? recordsOfService(client) : await recordsOfStore(read.access)
  try {
    return await use(records)
  } finally {
    await records.close()
  }
}

function recordsOfService(client: OpsClient): Records {
  const get = async (path: string) => {
    const answer = await client.get(path)
    if (answer === null) throw new CommandFailed([`The service at ${client.url} has just stopped. Try again.`])
    return answer
  }
  return {
    async getCase(id) {
      const answer = await get(`/api/cases/${encodeURIComponent(id)}`)
      return answer.found ? (answer.body as CaseJson) : null
    },
    async ledger({ after, limit }) {
      const answer = await get(`/api/ledger?after=${after}&limit=${limit}`)
      if (answer.found) return (answer.body as { readonly rows: readonly LedgerRow[] }).rows
      throw new CommandFailed([`The service at ${client.url} does not serve its ledger. Stop it, then try again.`])
    },
    close: async () => {}
  }
}

async function recordsOfStore({ storeUrl, storeAccess }: OpsAccess): Promise<Records> {
  const path = /^sqlite:(.*)$/s.exec(storeUrl)?.[1]
  // Opening would make the file.
  if (path !== undefined && !existsSync(path)) {
    throw new CommandFailed([`No service runs, and there is no store at ${path} yet. Check REENROLL_STORE_URL.`])
  }
  const { openStore } = await import('../store/open.ts')
  const store = await openStore(storeUrl, storeAccess)
  return {
    async getCase(id) {
      const found = await store.getCase(id)
      return found && caseJson(found)
    },
    ledger: (page) => store.ledger(page),
    close: () => store.close()
  }
}
