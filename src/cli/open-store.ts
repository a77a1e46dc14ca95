/** The store for a command that works on it directly, whether or not a service runs. */
import { existsSync } from 'node:fs'
import { readStoreUrl } from '../config/settings/listeners.ts'
import { readStoreAccess } from '../config/settings/store.ts'
import { settingsSource } from '../config/settings/values.ts'
import type { Store } from '../domain/store.ts'
import { type CliIo, CommandFailed } from './io.ts'

/** Opens what `REENROLL_STORE_URL` names, or `url`. A store that is not there yet is made only when `mayMake`. */
export async function openStoreFor(io: CliIo, url?: string, { mayMake = false } = {}): Promise<Store> {
  const source = settingsSource(url === undefined ? io.env : { ...io.env, REENROLL_STORE_URL: url })
  const storeUrl = readStoreUrl(source)
  const access = readStoreAccess(source)
  const faults = source.faults.filter((fault) => /^REENROLL_STORE_/.test(fault))
  if (!storeUrl || !access || faults.length > 0) throw new CommandFailed(faults)
  const path = /^sqlite:(.*)$/s.exec(storeUrl)?.[1]
  if (path !== undefined && !mayMake && !existsSync(path)) {
    throw new CommandFailed([`There is no store at ${path}. Check REENROLL_STORE_URL.`])
  }
  const { openStore } = await import('../store/open.ts')
  return openStore(storeUrl, access)
}
