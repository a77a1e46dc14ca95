/**
 * How long `backtest --log 90d` takes under Okta's limits, of which half are ours: the limits are what takes the time, so a
 * clock that moves on only while calls wait for them measures it. People and their failures are those of the population.
 */
import t from 'tap'
import { createLogCases, withEvidence } from '../../src/backtest/cases-of-log.ts'
import { replay } from '../../src/backtest/replay.ts'
import { subjectKey } from '../../src/case/machine/fold-event.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { DAY_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { logFilter } from '../../src/intake/system-log.ts'
import { openOrg } from '../../src/okta/org.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { createRandom } from '../../src/sandbox/org/seeds.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { walkLog } from '../../src/setup/walk-log.ts'
import { drawClass } from '../population/population.ts'

t.setTimeout(1_800_000)
const END = Date.parse('2026-06-15T14:00:00.000Z')
/** Okta's older published limits per minute, for the whole org (facts §3.3). */
const LIMITS = { logs: 120, devices: 100, user: 2000, users: 600, other: 1200 }
/** What a call to Okta takes; five are under way at a time. */
const CALL_MS = 200

for (const [people, limitMs] of [
  [50, 20 * SECOND_MS],
  // Measured: 541 s for 10,054 calls. A thousand calls a minute are ours, so fewer calls for each person is what helps.
  [2_000, 10 * MINUTE_MS]
] as const) {
  t.test(`ninety days of ${people} people`, async (t) => {
    let nowMs = END - 80 * DAY_MS
    const clock = () => new Date(nowMs).toISOString()
    const org = createOrg({ clock })
    const random = createRandom(7)
    for (let n = 0; n < people; n++) {
      nowMs += Math.floor((80 * DAY_MS) / people)
      const made = drawClass(random).make({ org, random, name: `P${n}` })
      if (!made.instead) failEnrollment(org, made.person, made.how)
    }
    nowMs = END
    let calls = 0
    const sandbox = await startSandbox({ clock, org, apiTokens: ['t'], limits: LIMITS, onExchange: () => calls++ })
    t.teardown(() => sandbox.close())
    const sleeping = new Set<{ readonly untilMs: number; readonly wake: () => void }>()
    const pause = (ms: number) =>
      new Promise<void>((resolve) => void sleeping.add({ untilMs: nowMs + ms, wake: resolve }))
    let seen = 0
    const timer = setInterval(() => {
      // Nothing was answered since the last look, so everything waits.
      if (seen === calls && sleeping.size > 0) {
        nowMs = Math.max(nowMs, Math.min(...[...sleeping].map(({ untilMs }) => untilMs)))
        for (const each of sleeping) if (each.untilMs <= nowMs && sleeping.delete(each)) each.wake()
      }
      seen = calls
    }, 200)
    t.teardown(() => clearInterval(timer))

    const okta = { orgUrl: sandbox.url, auth: { kind: 'token', token: 't' } } as const
    const parts = { clock, elapsedMs: () => nowMs, pause, emit: () => {} }
    const { log, reader } = openOrg(okta, parts, { absentSources: [], unusedSources: ['groups'] })
    const classify = compileClassifier({ ...DEFAULT_POLICY.classifier, ownIds: [] })
    const folded = createLogCases(subjectKey)
    const since = plus(clock(), -90 * DAY_MS)
    const failure = await walkLog(
      { since, until: clock(), doneUntil: since },
      {
        ...{ log, sleep: pause, windowMs: 10 * DAY_MS, filter: logFilter(DEFAULT_POLICY.classifier) },
        onWindow: () => {},
        onEvent: (raw) => {
          const { uuid, published: publishedAt } = raw as { uuid: string; published: string }
          folded.add(raw, classify({ uuid, source: 'log', raw, publishedAt, receivedAt: publishedAt, sentAt: null }))
        }
      }
    )
    t.equal(failure, null)
    const { historyMs } = DEFAULT_POLICY.evidence
    const cases = await withEvidence(folded.cases(), {
      ...{ reader, historyMs, sleep: pause, known: new Map(), onPerson: () => {} },
      decide: (past) => replay([past], DEFAULT_POLICY, 'auto')
    })
    const waitedMs = nowMs - END
    const tookMs = Math.max(waitedMs, (calls * CALL_MS) / 5)
    t.comment(JSON.stringify({ people, cases: cases.length, calls, waitedS: waitedMs / 1000, tookS: tookMs / 1000 }))
    t.ok(cases.length > people * 0.9)
    t.ok(tookMs <= limitMs, `${tookMs / 1000} s`)
    const unread = cases.filter(({ evidence }) => evidence.user.state === 'unknown')
    t.equal(unread.length, 0)
  })
}
