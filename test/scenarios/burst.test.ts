/**
 * A thousand people fail within five minutes, against rate limits of the real sizes (facts §3.3): nothing is refused, what
 * we may use is used while work waits, and cases cost a call or so instead of nine.
 */
import t from 'tap'
import type { Case } from '../../src/case/case-file.ts'
import type { World } from '../../src/cli/demo-world.ts'
import { bucketOf } from '../../src/sandbox/limits.ts'
import { enroll, failEnrollment, type Person } from '../../src/sandbox/people.ts'
import type { Exchange } from '../../src/sandbox/reply.ts'
import { employee } from '../../src/sandbox/scenarios/cast.ts'
import { invited, orphaned, suspended } from '../../src/sandbox/scenarios/troubled.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../src/time.ts'
import { manualClock } from '../clock.ts'
import { allCases, openTestWorld } from './settle.ts'

const PEOPLE = 1000
const BURST_MS = 5 * MINUTE_MS
/** Okta's published numbers, halved as for one app (facts §3.3); half of that is our share. */
const SHARES: Readonly<Record<string, number>> = { logs: 30, devices: 25, user: 500, users: 150, other: 300 }

interface Count {
  readonly bucket: string
  readonly minute: number
  readonly status: number
}

/** Six in ten have nothing wrong in Okta; the others are in the kinds of trouble that can be seen there. */
function somebody(world: World, n: number): Person {
  const name = `Bea Burst${n}`
  const kind = n % 10
  if (kind < 2) return orphaned(world.org, name)
  if (kind === 2) return suspended(world.org, name)
  return kind === 3 ? invited(world.org, name) : employee(world.org, name)
}

async function openBurst(t: Parameters<typeof openTestWorld>[0]) {
  const time = manualClock('2026-06-15T14:00:00.000Z')
  const counts: Count[] = []
  const minuteNow = () => Math.floor(Date.parse(time.clock()) / MINUTE_MS)
  const world = await openTestWorld(t, time, {
    policy: { watchMs: 24 * 60 * MINUTE_MS },
    // Whoever waits lets the time pass that the wait takes.
    oktaPause: async (ms) => {
      const until = plus(time.clock(), ms)
      if (time.clock() < until) time.set(until)
    },
    sandbox: {
      limits: 'okta',
      onExchange({ method, url, status }: Exchange) {
        const bucket = bucketOf(method, url.split('?')[0] ?? '')
        if (bucket !== 'token') counts.push({ bucket, minute: minuteNow(), status })
      }
    }
  })
  /** Minutes in which cases waited for a bucket from the beginning to the end. */
  const waited = new Map<string, Set<number>>()
  async function rest(): Promise<readonly Case[]> {
    await world.okta.flush()
    world.service.worker.wake()
    await world.service.worker.idle()
    return allCases(world)
  }
  return { time, world, counts, waited, rest, minuteNow }
}

/** The buckets that cases wait for. */
function heldBuckets(cases: readonly Case[]): Set<string> {
  const paths = cases.flatMap((c) =>
    Object.values(c.waitingSince ? (c.evidence ?? {}) : {}).flatMap((item) =>
      item.state === 'unknown' && item.heldUntil ? (/^(\w+) (\S+) was not called/.exec(item.because) ?? []) : []
    )
  )
  return new Set(paths.flatMap((path) => (path.startsWith('/') ? bucketOf('GET', path.replace(/\{\w+\}/g, 'x')) : [])))
}

t.setTimeout(280_000)
t.test('a thousand people fail within five minutes', { timeout: 280_000 }, async (t) => {
  const { time, world, counts, rest, minuteNow } = await openBurst(t)
  failEnrollment(world.org, employee(world.org, 'Ann Alone'))
  await rest()
  const alone = counts.length
  t.ok(alone > 0 && alone <= 9, `a case alone costs ${alone} calls`)

  const people = Array.from({ length: PEOPLE }, (_, n) => somebody(world, n))
  const startedAt = time.clock()
  /** For each minute and bucket, whether cases waited at each look. */
  const looks = new Map<string, boolean[]>()
  async function look(): Promise<readonly Case[]> {
    const minute = minuteNow()
    const cases = await rest()
    const held = heldBuckets(cases)
    for (const bucket of Object.keys(SHARES)) {
      const key = `${bucket} ${minute}`
      looks.set(key, [...(looks.get(key) ?? []), held.has(bucket)])
    }
    return cases
  }
  async function pass(ms: number): Promise<void> {
    time.advance(ms)
  }

  let failed = 0
  for (let steps = 0; failed < PEOPLE; steps++) {
    const due = Math.min(PEOPLE, Math.ceil((msBetween(startedAt, time.clock()) / BURST_MS) * PEOPLE))
    for (; failed < due; failed++) {
      const person = people[failed]
      if (person) failEnrollment(world.org, person)
    }
    if (steps % 10 === 0) await look()
    else await rest()
    await pass(SECOND_MS)
  }
  let cases = await look()
  for (let n = 0; n < 60 && cases.some((c) => c.state === 'received'); n++) {
    await pass(5 * SECOND_MS)
    cases = await look()
  }
  const burst = counts.slice(alone)
  const perCase = burst.length / PEOPLE
  const minutes = msBetween(startedAt, time.clock()) / MINUTE_MS
  t.comment(
    `burst: ${burst.length} calls, ${perCase.toFixed(2)} a case, at rest after ${minutes.toFixed(1)} min; ` +
      `one call per fact per case: ${alone * PEOPLE} calls, and ${Math.ceil(PEOPLE / (SHARES.logs ?? 1))} min of the log's share alone`
  )
  t.comment(JSON.stringify(tally(burst)))
  t.equal(burst.filter(({ status }) => status === 429).length, 0, 'nothing was refused')
  t.ok(perCase <= 1.5, `${perCase.toFixed(2)} calls a case`)
  t.notOk(
    cases.some((c) => c.state === 'received'),
    'everybody has been looked at'
  )
  t.equal(world.org.writes.length, 0)

  // The outage ends: four in ten get in, though the hook tells of it late; the others are decided anew after the storm.
  for (const [n, person] of people.entries()) if (n % 10 > 5) enroll(world.org, person)
  const released = counts.length
  for (let n = 0; n < 400; n++) {
    await pass(5 * SECOND_MS)
    cases = n % 2 === 0 ? await look() : await rest()
    const storm = cases.find((c) => c.storm !== null)
    if (storm?.storm?.releasedAt && !cases.some((c) => c.state === 'received')) break
  }
  const after = counts.slice(released)
  t.comment(`after the storm: ${after.length} calls; ${JSON.stringify(tally(after))}; at ${time.clock()}`)
  t.equal(counts.filter(({ status }) => status === 429).length, 0, 'nothing was refused afterwards either')
  t.equal(cases.filter((c) => c.state === 'received').length, 0)
  const busy = [...looks].filter(([, held]) => held.length > 1 && held.every(Boolean)).map(([key]) => key)
  for (const key of busy) {
    const [bucket = '', minute] = key.split(' ')
    const used = counts.filter((call) => call.bucket === bucket && call.minute === Number(minute)).length
    const share = SHARES[bucket] ?? 0
    t.ok(used >= 0.9 * share && used <= share, `while cases waited, ${used} of ${share} calls of ${bucket} were used`)
  }
  t.ok(busy.length > 0, 'cases did wait')
})

function tally(calls: readonly Count[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { bucket } of calls) sums[bucket] = (sums[bucket] ?? 0) + 1
  return sums
}
