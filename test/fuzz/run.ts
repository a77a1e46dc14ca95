/**
 * `npm run fuzz -- --inputs 20000 --seed 7 --engine both`: sends odd requests to the real service at every door, on SQLite and
 * PostgreSQL. Ends with 1 after an answer of 5xx (503 is counted apart), an error in the log, an unhandled rejection, a
 * request without an answer, or memory that grows without bound. The same seed sends the same inputs. `--seconds` ends earlier.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { readPolicy } from '../../src/config/policy/file.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { DOORS, type Door, type Known, type Piece, pieces } from './inputs.ts'
import { type FuzzedService, startFuzzedService } from './service.ts'

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '86400' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'both' },
    /** The heap may grow by this much, in MiB. */
    growth: { type: 'string', default: '150' }
  }
})
const BATCH = 1_000
const AT_ONCE = 48
/** One in so many goes over a socket. */
const OVER_A_SOCKET = 40
/** What nobody answers within this time counts as hung. */
const PATIENCE_MS = 60_000
const MOST_SHOWN = 50

/** A busy machine answers 503, which is right; more than this share would be a fault. */
const MOST_BUSY = 0.2

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

interface Tally {
  readonly statuses: Map<Door, Map<string, number>>
  readonly failures: string[]
  slowest: { ms: number; what: string }
  sent: number
}

function heap(): { heapMiB: number; rssMiB: number } {
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heapMiB: Math.round(heapUsed / 2 ** 20), rssMiB: Math.round(rss / 2 ** 20) }
}

async function give(piece: Piece, fuzzed: FuzzedService, nth: number): Promise<{ status: string; failed: boolean }> {
  if (piece.kind === 'policy') return { status: readPolicy(piece.text).ok ? 'valid' : 'refused', failed: false }
  if (piece.kind === 'bytes') return { status: await sendBytes(fuzzed[piece.listener], piece.text), failed: false }
  const { listener, method, url, headers, body } = piece.input
  const status =
    nth % OVER_A_SOCKET === 0
      ? await statusOverSocket(fuzzed.service[listener === 'hook' ? 'hookUrl' : 'opsUrl'], piece.input)
      : await fuzzed[listener]
          // Strangers are slowed down by address; each comes from another one.
          .inject({
            method,
            url,
            headers,
            remoteAddress: `10.${nth % 251}.${nth % 241}.${nth % 239}`,
            ...(body === undefined ? {} : { payload: body })
          })
          .then(({ statusCode }) => statusCode)
  return { status: String(status), failed: status >= 500 && status !== 503 }
}

async function statusOverSocket(
  base: string,
  { url, method, headers, body }: Extract<Piece, { kind: 'request' }>['input']
) {
  const answer = await fetch(new URL(url, base), {
    ...{ method, headers: fit(headers), redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) },
    ...(body === undefined ? {} : { body })
  })
  await answer.arrayBuffer()
  return answer.status
}

/** `fetch` refuses what a header cannot carry, and sets the origin of a browser's request itself. */
function fit(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\t\x20-\x7e]/g, '')])
  )
}

/** The status line, or `closed` when the connection ended without one. */
function sendBytes({ server }: FastifyInstance, text: string): Promise<string> {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => void socket.end(text))
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed'))
  })
}

async function knownIn(fuzzed: FuzzedService): Promise<Known> {
  const { store } = fuzzed.service
  const [session, page, waiting] = await Promise.all([
    fuzzed.signIn(),
    store.listCases({ limit: 20 }),
    store.listCases({ limit: 5, states: ['awaiting_approval'] })
  ])
  return {
    ...session,
    caseIds: ['RE-none', ...page.cases.map(({ id }) => id)],
    hashes: ['0', ...waiting.cases.flatMap(({ proposal }) => proposal?.hash ?? [])],
    cursors: ['none', ...(page.next ? [page.next] : [])]
  }
}

async function fuzz(engine: string, storeUrl: string): Promise<boolean> {
  const fuzzed = await startFuzzedService(storeUrl)
  const tally: Tally = {
    statuses: new Map(DOORS.map((door) => [door, new Map()])),
    failures: [],
    slowest: { ms: 0, what: '' },
    sent: 0
  }
  const onRejection = (error: unknown) =>
    void tally.failures.push(`unhandled: ${error instanceof Error ? error.stack : error}`)
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onRejection)
  const startedAt = performance.now()
  const endsAt = startedAt + Number(values.seconds) * 1_000
  let before = heap()
  for (let batch = 0; tally.sent < Number(values.inputs) && performance.now() < endsAt; batch++) {
    const known = await knownIn(fuzzed)
    const count = Math.min(BATCH, Number(values.inputs) - tally.sent)
    const sample = fc.sample(pieces(known, Date.now()), { seed: Number(values.seed) * 100_003 + batch, numRuns: count })
    await sendAll(sample, fuzzed, tally, endsAt)
    // The first batch fills caches and compiles code.
    if (batch === 0) before = heap()
    if (batch % 10 === 9)
      console.log(
        `${engine}: ${tally.sent} sent in ${seconds(startedAt)} s, ${Math.round(process.cpuUsage().user / 1e6)} s of CPU, ${JSON.stringify(heap())}, failures ${tally.failures.length}`
      )
  }
  await fuzzed.service.worker.idle()
  const after = heap()
  await fuzzed.service.close()
  process.off('unhandledRejection', onRejection)
  process.off('uncaughtException', onRejection)
  for (const [message, { count, example }] of fuzzed.errors)
    tally.failures.push(`logged ${count} times: ${message} ${example}`)
  const busy = [...tally.statuses.values()].reduce((sum, counts) => sum + (counts.get('503') ?? 0), 0)
  if (busy > tally.sent * MOST_BUSY) tally.failures.push(`${busy} of ${tally.sent} were answered 503`)
  if (after.heapMiB - before.heapMiB > Number(values.growth))
    tally.failures.push(`the heap grew from ${before.heapMiB} to ${after.heapMiB} MiB`)
  print(engine, tally, seconds(startedAt), before, after)
  return tally.failures.length === 0
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000)
}

async function sendAll(sample: readonly Piece[], fuzzed: FuzzedService, tally: Tally, endsAt: number): Promise<void> {
  let next = 0
  const sender = async () => {
    while (next < sample.length && performance.now() < endsAt) {
      const nth = next++
      const piece = sample[nth]
      if (piece) await sendOne(piece, fuzzed, tally, nth)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
}

async function sendOne(piece: Piece, fuzzed: FuzzedService, tally: Tally, nth: number): Promise<void> {
  const startedAt = performance.now()
  const answered = new AbortController()
  const hung = sleep(PATIENCE_MS, undefined, { signal: answered.signal }).then(() => Promise.reject(new Error('hung')))
  const { status, failed } = await Promise.race([give(piece, fuzzed, nth), hung]).catch((error: unknown) => ({
    status: 'no answer',
    failed: true,
    why: tally.failures.length < MOST_SHOWN && tally.failures.push(String(error))
  }))
  answered.abort()
  const ms = performance.now() - startedAt
  tally.sent += 1
  const counts = tally.statuses.get(piece.door)
  counts?.set(status, (counts.get(status) ?? 0) + 1)
  if (ms > tally.slowest.ms) tally.slowest = { ms, what: describe(piece).slice(0, 200) }
  if (failed && tally.failures.length < MOST_SHOWN) {
    tally.failures.push(`${status}: ${describe(piece)}`)
    console.log(`FAILED ${tally.failures.at(-1)}`)
  }
}

function describe(piece: Piece): string {
  if (piece.kind !== 'request') return `${piece.door}: ${JSON.stringify(piece.text.slice(0, 500))}`
  const { method, url, body } = piece.input
  return `${piece.door}: ${method} ${url} ${JSON.stringify(body?.slice(0, 1_000) ?? null)}`
}

function print(engine: string, tally: Tally, took: number, before: object, after: object): void {
  console.log(`\n${engine}: ${tally.sent} inputs in ${took} s, seed ${values.seed}`)
  for (const [door, counts] of tally.statuses) {
    const sorted = [...counts].toSorted(([a], [b]) => a.localeCompare(b))
    const sum = sorted.reduce((total, [, count]) => total + count, 0)
    console.log(
      `${door.padEnd(10)}${String(sum).padStart(8)}  ${sorted.map(([status, count]) => `${status}: ${count}`).join('  ')}`
    )
  }
  console.log(`slowest ${Math.round(tally.slowest.ms)} ms: ${tally.slowest.what}`)
  console.log(`memory after the first batch ${JSON.stringify(before)}, at the end ${JSON.stringify(after)}`)
  for (const failure of tally.failures) console.log(`FAILED ${failure}`)
  console.log(`${engine}: ${tally.failures.length} failures`)
}

const stops: (() => unknown)[] = []
const folder = mkdtempSync(join(tmpdir(), 'reenroll-fuzz-'))
let isClean = true
try {
  if (values.engine !== 'postgres') isClean = await fuzz('sqlite', `sqlite:${join(folder, 'reenroll.db')}`)
  if (values.engine !== 'sqlite') {
    const server = await startPostgres({ teardown: (stop) => stops.push(stop) })
    isClean = (await fuzz('postgres', await server.createDatabase())) && isClean
  }
} catch (error) {
  // The lane itself failed. Its listener for uncaught errors would keep the process waiting.
  console.log(error)
  isClean = false
} finally {
  for (const stop of stops) await stop()
  rmSync(folder, { recursive: true, force: true })
}
process.exit(isClean ? 0 : 1)
