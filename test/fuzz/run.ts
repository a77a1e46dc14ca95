/**
 * `npm run fuzz -- --inputs 20000 --seed 7 --engine both`: sends odd requests to the real service at every door, on SQLite and
 * PostgreSQL. Ends with 1 after an answer of 5xx (for 503 see `BUSY`), an error in the log, an exception that nobody caught, a
 * request without an answer, or memory that grows beyond `--growth`. The same seed sends the same inputs. `--seconds` ends it
 * earlier. `package.json` limits the heap: a leak of objects ends the process.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Worker } from 'node:worker_threads'
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
    /** The heap, and what the process has beside it, may each grow by this much, in MiB. */
    growth: { type: 'string', default: '150' }
  }
})
const BATCH = 1_000
const AT_ONCE = 24
/** One in so many goes over a socket. */
const OVER_A_SOCKET = 40
/** What nobody answers within this time counts as hung. */
const PATIENCE_MS = 60_000
const MOST_SHOWN = 50

/**
 * The 503s that this lane causes itself, each with the largest share of its door's inputs. No tracker answers, so their webhooks
 * fill the ten reads that a tracker has at a time. `late`: the machine is too slow for so many senders. Such an input is sent
 * again, as Okta would do, until it has another answer: an input that causes the 503 never gets one.
 */
const BUSY = { reads: 0.25, late: 0.05 } as const
type Busy = keyof typeof BUSY
/** As JSON and as a page. */
const LATE = ['"overloaded"', '"store_unavailable"', 'The store is unavailable']
const TRIES = 8
const AGAIN_AFTER_MS = 2_000

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

interface Tally {
  readonly statuses: Map<Door, Map<string, number>>
  readonly busy: Record<Busy, number>
  readonly failures: string[]
  slowest: { ms: number; what: string }
  sent: number
}

const workers: Worker[] = []
process.on('worker', (worker) => workers.push(worker))

interface Memory {
  readonly heapMiB: number
  readonly externalMiB: number
  /** Heaps of worker threads: the store's on SQLite. */
  readonly workersMiB: number
  /** Neither of these: the program itself, stacks, SQLite's cache, free space that the allocator keeps. */
  readonly otherMiB: number
  readonly rssMiB: number
}

/** V8 keeps the space of a heap that was larger once, so what is free inside it is neither the heap nor something else. */
async function memory(): Promise<Memory> {
  collect()
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage()
  const theirs = await Promise.all(workers.map((worker) => worker.getHeapStatistics().catch(() => null)))
  const own = theirs.reduce((sum, it) => sum + (it?.total_heap_size ?? 0), 0)
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
  return {
    heapMiB: mib(heapUsed),
    externalMiB: mib(external),
    workersMiB: mib(own),
    otherMiB: mib(rss - heapTotal - external - own),
    rssMiB: mib(rss)
  }
}

interface Answer {
  readonly status: string
  readonly failed: boolean
  readonly busy?: Busy
}

async function give(piece: Piece, fuzzed: FuzzedService, nth: number): Promise<Answer> {
  if (piece.kind === 'policy') return { status: readPolicy(piece.text).ok ? 'valid' : 'refused', failed: false }
  if (piece.kind === 'bytes') {
    const { status, text } = await sendBytes(fuzzed[piece.listener], piece.text)
    const busy = status === '503' && LATE.some((code) => text.includes(code)) ? 'late' : null
    return { status, failed: status.startsWith('5') && !busy, ...(busy ? { busy } : {}) }
  }
  const { listener, method, url, headers, body } = piece.input
  const [status, text] =
    nth % OVER_A_SOCKET === 0
      ? await answerOverSocket(fuzzed.service[listener === 'hook' ? 'hookUrl' : 'opsUrl'], piece.input)
      : await fuzzed[listener]
          // Strangers are slowed down by address; each comes from another one.
          .inject({
            method,
            url,
            headers,
            remoteAddress: `10.${nth % 251}.${nth % 241}.${nth % 239}`,
            ...(body === undefined ? {} : { payload: body })
          })
          .then((answer) => [answer.statusCode, answer.body] as const)
  const busy = status === 503 ? busyBecause(piece.door, url, text) : null
  return { status: String(status), failed: status >= 500 && !busy, ...(busy ? { busy } : {}) }
}

/** Why the answer is 503, or null when this lane did not cause it. Readiness lists reasons of its own. */
function busyBecause(door: Door, url: string, body: string): Busy | null {
  if (door === 'webhooks' && body === '') return 'reads'
  if (url.startsWith('/readyz')) return 'late'
  return LATE.some((text) => body.includes(text)) ? 'late' : null
}

async function answerOverSocket(
  base: string,
  { url, method, headers, body }: Extract<Piece, { kind: 'request' }>['input']
): Promise<readonly [status: number, body: string]> {
  const answer = await fetch(new URL(url, base), {
    ...{ method, headers: fit(headers), redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) },
    ...(body === undefined ? {} : { body })
  })
  return [answer.status, await answer.text()]
}

/** `fetch` refuses what a header cannot carry, and sets the origin of a browser's request itself. */
function fit(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\t\x20-\x7e]/g, '')])
  )
}

/** The status and the whole answer; `closed` when the connection ended without one. */
function sendBytes({ server }: FastifyInstance, text: string): Promise<{ status: string; text: string }> {
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
    socket.on('close', () => resolve({ status: /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'closed', text: answer }))
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
    busy: { reads: 0, late: 0 },
    failures: [],
    slowest: { ms: 0, what: '' },
    sent: 0
  }
  const startedAt = performance.now()
  const measured: Memory[] = []
  await Promise.race([sendBatches(engine, fuzzed, tally, measured), uncaught.promise]).catch((error: unknown) => {
    tally.failures.push(`ended early: ${error instanceof Error ? error.stack : error}`)
  })
  const [before, after] = [measured[0], measured.at(-1)]
  await within('the close of the service', fuzzed.service.close()).catch((error: Error) => {
    tally.failures.push(error.message)
  })
  for (const [message, { count, example }] of fuzzed.errors)
    tally.failures.push(`logged ${count} times: ${message} ${example}`)
  const webhooks = [...(tally.statuses.get('webhooks')?.values() ?? [])].reduce((sum, count) => sum + count, 0)
  const bounds = { reads: webhooks * BUSY.reads, late: tally.sent * BUSY.late } as const
  for (const busy of ['reads', 'late'] as const) {
    if (tally.busy[busy] > bounds[busy]) tally.failures.push(`503 ${tally.busy[busy]} times: ${busy}`)
  }
  if (fuzzed.lateLines() > bounds.late) tally.failures.push(`the store was logged as late ${fuzzed.lateLines()} times`)
  for (const part of ['heapMiB', 'otherMiB'] as const) {
    if (before && after && after[part] - before[part] > Number(values.growth))
      tally.failures.push(`${part} grew from ${before[part]} to ${after[part]}`)
  }
  print(engine, { ...tally, lateLines: fuzzed.lateLines() }, seconds(startedAt), before, after)
  return tally.failures.length === 0
}

/** Until all inputs are sent and worked on, or the time is over. */
async function sendBatches(engine: string, fuzzed: FuzzedService, tally: Tally, measured: Memory[]): Promise<void> {
  const startedAt = performance.now()
  const endsAt = startedAt + Number(values.seconds) * 1_000
  for (let batch = 0; tally.sent < Number(values.inputs) && performance.now() < endsAt; batch++) {
    const known = await within('the sign-in', knownIn(fuzzed))
    const count = Math.min(BATCH, Number(values.inputs) - tally.sent)
    const sample = fc.sample(pieces(known, Date.now()), { seed: Number(values.seed) * 100_003 + batch, numRuns: count })
    await sendAll(sample, fuzzed, tally, endsAt)
    // The first batch fills caches and compiles code.
    if (batch === 0) measured.push(await memory())
    if (batch % 10 === 9)
      console.log(
        `${engine}: ${tally.sent} sent in ${seconds(startedAt)} s, ${Math.round(process.cpuUsage().user / 1e6)} s of CPU, ${JSON.stringify(await memory())}, 503 ${JSON.stringify(tally.busy)}, failures ${tally.failures.length}`
      )
  }
  await within('the last work', fuzzed.service.worker.idle())
  measured.push(await memory())
}

/** After an exception that nobody caught, nothing more is sent. */
let isOver = false
/** Rejects with what nobody caught, of the service or of this lane: in production either ends the process. */
const uncaught = Promise.withResolvers<never>()
uncaught.promise.catch(() => {})
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    isOver = true
    uncaught.reject(error)
  })
}

/** Rejects when it takes longer than anybody would wait. */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`hung: ${what}`)), PATIENCE_MS)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000)
}

async function sendAll(sample: readonly Piece[], fuzzed: FuzzedService, tally: Tally, endsAt: number): Promise<void> {
  let next = 0
  const sender = async () => {
    while (next < sample.length && performance.now() < endsAt && !isOver) {
      const nth = next++
      const piece = sample[nth]
      if (piece) await sendOne(piece, fuzzed, tally, nth)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
}

async function sendOne(piece: Piece, fuzzed: FuzzedService, tally: Tally, nth: number): Promise<void> {
  const startedAt = performance.now()
  let answer: Answer
  for (let tries = 1; ; tries++) {
    answer = await within('no answer', give(piece, fuzzed, nth)).catch((error: unknown): Answer => {
      if (tally.failures.length < MOST_SHOWN) tally.failures.push(String(error))
      return { status: 'no answer', failed: true }
    })
    if (answer.busy) tally.busy[answer.busy] += 1
    if (answer.busy !== 'late' || tries === TRIES || isOver) break
    await sleep(AGAIN_AFTER_MS)
  }
  const { status } = answer
  const failed = answer.failed || (answer.busy === 'late' && !isOver)
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

function print(
  engine: string,
  { lateLines, ...tally }: Tally & { lateLines: number },
  took: number,
  before?: Memory,
  after?: Memory
): void {
  console.log(`\n${engine}: ${tally.sent} inputs in ${took} s, seed ${values.seed}`)
  for (const [door, counts] of tally.statuses) {
    const sorted = [...counts].toSorted(([a], [b]) => a.localeCompare(b))
    const sum = sorted.reduce((total, [, count]) => total + count, 0)
    console.log(
      `${door.padEnd(10)}${String(sum).padStart(8)}  ${sorted.map(([status, count]) => `${status}: ${count}`).join('  ')}`
    )
  }
  console.log(`slowest ${Math.round(tally.slowest.ms)} ms: ${tally.slowest.what}`)
  console.log(
    `503 that this lane causes: ${JSON.stringify(tally.busy)}; the store was logged as late ${lateLines} times`
  )
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
  console.log(error)
  isClean = false
} finally {
  const stopped = Promise.all(stops.map((stop) => stop()))
  await within('the stop of PostgreSQL', stopped).catch((error) => console.log(error))
  rmSync(folder, { recursive: true, force: true })
}
process.exit(isClean ? 0 : 1)
