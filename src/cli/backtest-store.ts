/** The store to take past cases from: the one of the settings, or a copy. */
import { existsSync } from 'node:fs'
import { readOpsAccess } from '../settings.ts'
import type { Store } from '../store/store.ts'
import { type CliIo, CommandFailed } from './io.ts'

/** Only what reads. */
export type PastStore = Pick<Store, 'listCases' | 'close'>

export async function readStoreAccess(io: CliIo, url: string | null): Promise<PastStore> {
  const read = readOpsAccess(io.env)
  if (!read.ok && url === null) throw new CommandFailed(read.faults)
  const storeUrl = url ?? (read.ok ? read.access.storeUrl : '')
  const path = /^sqlite:(.*)$/s.exec(storeUrl)?.[1]
  // Opening would make the file.
  if (path !== undefined && !existsSync(path)) throw new CommandFailed([`There is no store at ${path}.`])
  const { openStore } = await import('../store/open.ts')
  return openStore(storeUrl, ...(read.ok && url === null ? [read.access.storeAccess] : []))
}
