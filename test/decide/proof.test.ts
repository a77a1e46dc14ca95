/** A failure that the hook delivered is proved by the user's System Log before anything is written (facts §6.1b). */
import t from 'tap'
import { decide } from '../../src/decide/decide.ts'
import { nextLookAt, unprovedFailures } from '../../src/decide/proof.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import type { LogEntry } from '../../src/domain/evidence.ts'
import { DAY_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import type { Failure } from '../../src/domain/vocabulary.ts'
import {
  absentItem,
  aFailure,
  ago,
  aNewUser,
  anUnprovedInput,
  aUser,
  entryOf,
  knownEvidence,
  NOW,
  SPARSE_CONTEXT,
  unknownItem,
  withItem
} from './build.ts'
import { guard } from './guard-checks.ts'

const FRESH = aFailure({ publishedAt: ago(5 * SECOND_MS), receivedAt: ago(3 * SECOND_MS) })

/** A new hire who waits for the activation mail. */
function newHire(failure: Failure, entries: readonly LogEntry[], now = NOW): DecideInput {
  const evidence = knownEvidence({ user: aNewUser(), history: entries })
  return anUnprovedInput({ failures: [failure], evidence, now })
}

t.test(
  'a forged failure with a random uuid led to a mail: now the log is looked up, then a person decides',
  async (t) => {
    const young = decide(newHire(FRESH, []))
    t.match(young.decision, { kind: 'ticket', proofLookAt: plus(NOW, 15 * SECOND_MS), stoppedBy: ['G13'] })
    t.equal(young.decision.unproved, undefined)
    t.match(guard('G13', newHire(FRESH, [])), {
      state: 'unknown',
      because: /not in the user’s System Log yet/
    })
    const later = newHire(FRESH, [], plus(NOW, 5 * MINUTE_MS))
    const { decision } = decide(later)
    t.match(decision, { kind: 'ticket', unproved: true, stoppedBy: ['G13'] })
    t.equal(decision.proofLookAt, undefined)
    t.match(guard('G13', later), { state: 'tripped', because: /It may be invented/, override: 'with_reason' })
  }
)

t.test(
  'in mode observe and with the kill switch on, the first case said "Event not trusted": now it is looked up again',
  async (t) => {
    const young = newHire(FRESH, [])
    const proved = newHire(FRESH, [entryOf(FRESH)], plus(NOW, 15 * SECOND_MS))
    for (const limit of [
      (input: DecideInput): DecideInput => ({ ...input, policy: { ...input.policy, ceiling: 'observe' } }),
      (input: DecideInput): DecideInput => ({
        ...input,
        controls: { ...input.controls, kill: { on: true, by: 'kim', at: NOW, because: 'a test' } }
      })
    ]) {
      t.match(decide(limit(young)).decision, {
        kind: 'ticket',
        mode: 'observe',
        proofLookAt: plus(NOW, 15 * SECOND_MS)
      })
      const { decision } = decide(limit(proved))
      t.match(decision, { kind: 'ticket', mode: 'observe', stoppedBy: [], proofLookAt: undefined, loneStop: undefined })
      t.equal(decision.stoppedBy.length, 0)
    }
  }
)

t.test('the entry arrives with the next look: the mail is sent', async (t) => {
  t.match(decide(newHire(FRESH, [entryOf(FRESH)], plus(NOW, 15 * SECOND_MS))).decision, {
    kind: 'remediate',
    mode: 'auto',
    remediation: 'resend_activation'
  })
})

t.test(
  'a log that was read before the event came has not been asked about it: it is read at once, however long ago the event came',
  async (t) => {
    for (const waited of [SECOND_MS, 20 * MINUTE_MS]) {
      const failure = aFailure({ publishedAt: ago(waited), receivedAt: ago(waited) })
      const before = newHire(failure, [])
      const history = { ...before.evidence.history, at: ago(waited + SECOND_MS) }
      const unread = { ...before, evidence: { ...before.evidence, history } }
      t.equal(nextLookAt(unread), NOW)
      t.match(decide(unread).decision, { kind: 'ticket', proofLookAt: NOW, unproved: undefined })
    }
    const ahead = newHire({ ...FRESH, receivedAt: plus(NOW, SECOND_MS) }, [])
    t.not(nextLookAt(ahead), NOW, 'a clock that is ahead does not make it read again and again')
  }
)

t.test('the looks become rarer and end after five minutes', async (t) => {
  let now = NOW
  let looks = 0
  for (let at: string | null = now; at !== null; looks++) {
    now = at
    at = nextLookAt(newHire(FRESH, [], now))
  }
  t.equal(looks, 5)
  t.ok(now <= plus(NOW, 5 * MINUTE_MS + SECOND_MS))
})

t.test('the id of another event proves nothing: a success, another time, type or address', async (t) => {
  const entry = entryOf(FRESH)
  const isProved = (one: LogEntry, failure = FRESH) => unprovedFailures(newHire(failure, [one])).length === 0
  t.ok(isProved(entry))
  for (const other of [
    { uuid: 'another' },
    { result: 'SUCCESS' },
    { result: null },
    { at: ago(DAY_MS) },
    { eventType: 'device.user.add' },
    { ip: '198.51.100.1' }
  ]) {
    t.notOk(isProved({ ...entry, ...other }), JSON.stringify(other))
  }
  t.ok(isProved({ ...entry, ip: null }), 'a sparse entry')
  t.ok(isProved(entry, { ...FRESH, context: SPARSE_CONTEXT }), 'a sparse delivery')
  t.ok(isProved({ ...entry, result: 'failure' }))
})

t.test('what was read from the log is proved; reports and previews are not asked for', async (t) => {
  for (const over of [{ source: 'log' }, { source: 'report' }, { preview: true }] as const) {
    t.same(unprovedFailures(newHire({ ...FRESH, ...over }, [])), [])
  }
})

t.test('a log that cannot be read proves nothing, and is not waited for', async (t) => {
  for (const item of [unknownItem(), absentItem()]) {
    const input = newHire(FRESH, [])
    const unread = { ...input, evidence: withItem(input.evidence, 'history', item) }
    t.equal(nextLookAt(unread), null)
    t.match(guard('G13', unread), { state: 'unknown', because: /could not be read/ })
    t.match(decide(unread).decision, { kind: 'ticket', proofLookAt: undefined, unproved: undefined })
  }
})

t.test('nothing waits for the proof when something else stops the write, or there is nothing to write', async (t) => {
  const input = newHire(FRESH, [])
  t.equal(decide({ ...input, recent: { ...input.recent, failingUsers: 9 } }).decision.proofLookAt, undefined)
  t.equal(decide({ ...input, evidence: knownEvidence({ user: aUser(), history: [] }) }).decision.proofLookAt, undefined)
})

t.test('a proposal waits too, so that nobody approves what the log does not hold yet', async (t) => {
  const suspended = {
    ...newHire(FRESH, []),
    evidence: knownEvidence({ user: aUser({ status: 'SUSPENDED' }), history: [] })
  }
  t.match(decide(suspended).decision, {
    kind: 'ticket',
    remediation: 'unsuspend_user',
    proofLookAt: plus(NOW, 15 * SECOND_MS)
  })
  const { decision } = decide({ ...suspended, now: plus(NOW, 6 * MINUTE_MS) })
  t.match(decision, { kind: 'remediate', mode: 'propose', unproved: true })
  t.ok(decision.overridesNeeded.includes('G13'))
})
