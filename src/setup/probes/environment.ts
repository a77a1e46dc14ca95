/** Looks at what is around the service: its public address, its store, and itself when it runs. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Settings } from '../../config/settings/settings.ts'
import type { Store } from '../../domain/store.ts'
import { SECOND_MS } from '../../domain/time.ts'
import type { EndpointProbe, Probes, StoreProbe } from './probes.ts'

/** As long as Okta waits (facts §1.1). */
const PATIENCE_MS = 3 * SECOND_MS
/** A delivery without events moves no case. */
const EMPTY = JSON.stringify({ eventType: 'com.okta.event_hook', data: { events: [] } })
/** `statfs` types of file systems in memory: tmpfs, ramfs (statfs(2)). */
const IN_MEMORY: readonly number[] = [0x01021994, 0x858458f6]
const SYNCED_WRITES = 5

/** Opens a store, as `store/open.ts` does. */
export type OpenStore = (url: string) => Promise<Store>

/** Calls the hook listener as Okta does. */
export async function probeEndpoint(url: string, { secrets, authHeader }: Settings['hook']): Promise<EndpointProbe> {
  const challenge = randomUUID()
  const startedAt = performance.now()
  const answer = await call(url, { headers: { 'x-okta-verification-challenge': challenge } })
  const ms = performance.now() - startedAt
  if (answer === null) return { url, challenge: 'unreachable', secrets: [], ms }
  if (answer.body !== JSON.stringify({ verification: challenge })) return { url, challenge: 'no_echo', secrets: [], ms }
  const statuses: (number | null)[] = []
  for (const secret of secrets) {
    const headers = { 'content-type': 'application/json', [authHeader]: secret }
    statuses.push((await call(url, { method: 'POST', headers, body: EMPTY }))?.status ?? null)
  }
  return { url, challenge: 'echoed', secrets: statuses, ms }
}

async function call(url: string, init: RequestInit): Promise<{ status: number; body: string } | null> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
    return { status: answer.status, body: await answer.text() }
  } catch {
    return null
  }
}

/** Writes beside the store and syncs the disk; opens only a database that several processes may share. */
export async function probeStore(storeUrl: string, open: OpenStore): Promise<StoreProbe> {
  const nothing = { failure: null, isVolatile: false, syncMs: null, mayChangeLedger: false }
  if (storeUrl === 'memory:') return { kind: 'memory', place: 'memory', ...nothing }
  if (!storeUrl.startsWith('sqlite:')) {
    const place = new URL(storeUrl).host
    return { kind: 'postgres', place, ...nothing, ...(await probeDatabase(storeUrl, open)) }
  }
  const folder = dirname(resolve(storeUrl.slice('sqlite:'.length)))
  try {
    const syncMs = await slowestSync(folder)
    const { type } = await statfs(folder)
    const isVolatile = IN_MEMORY.includes(Number(type))
    return { kind: 'sqlite', place: folder, ...nothing, isVolatile, syncMs }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    return { kind: 'sqlite', place: folder, ...nothing, failure: `The system reports ${code}.` }
  }
}

async function slowestSync(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `.doctor-${randomUUID()}`)
  const file = await open(path, 'w')
  try {
    let slowest = 0
    for (let n = 0; n < SYNCED_WRITES; n++) {
      const startedAt = performance.now()
      await file.write('reenroll doctor\n')
      await file.datasync()
      slowest = Math.max(slowest, performance.now() - startedAt)
    }
    return slowest
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}

async function probeDatabase(
  storeUrl: string,
  openStore: OpenStore
): Promise<Pick<StoreProbe, 'failure' | 'mayChangeLedger'>> {
  try {
    const store = await openStore(storeUrl)
    const failure = (await store.healthy()) ? null : 'The database does not commit.'
    const mayChangeLedger = await store.mayChangeLedger()
    await store.close()
    return { failure, mayChangeLedger }
  } catch (error) {
    const failure = error instanceof Error ? error.message : 'The database cannot be opened.'
    return { failure, mayChangeLedger: false }
  }
}

/** Two figures of the running service; null when none answers. */
export async function probeService(url: string | null): Promise<Probes['service']> {
  if (url === null) return null
  const answer = await call(`${url}/metrics`, {})
  const figure = (metric: string) =>
    Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(answer?.body ?? '')?.[1] ?? Number.NaN)
  const recovered = figure('reenroll_events_recovered_total')
  const age = figure('reenroll_poll_cursor_age_seconds')
  const isOurs = figure('reenroll_leader\\{task="system_log"\\}') !== 0
  if (Number.isNaN(recovered) || Number.isNaN(age)) return null
  return { recovered, logReadAgeMs: isOurs ? age * SECOND_MS : null }
}
