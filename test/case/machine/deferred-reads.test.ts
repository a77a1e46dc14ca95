/** What is read of a case: alone, and while many users fail at once. */
import t from 'tap'
import { applyResult } from '../../../src/case/machine/case.ts'
import { deferOthers, FIRST_READS, sourcesStillNeeded as neededBy } from '../../../src/case/machine/deferred-reads.ts'
import type { Evaluation } from '../../../src/case/machine/transitions.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { Verdict } from '../../../src/domain/decision.ts'
import type { Device, Evidence, EvidenceSource, Item } from '../../../src/domain/evidence.ts'
import type { CauseId } from '../../../src/domain/vocabulary.ts'
import { aCase, aVerdict, NOW, POLICY, someEvidence, TICKET_VERDICT } from '../build.ts'

const known = <V>(value: V): Item<V> => ({ state: 'known', at: NOW, value, requestId: null })
const absent: Item<never> = { state: 'absent', at: NOW, because: 'not licensed' }

/** Shared facts are read, all else was spared. */
const first = (over: Partial<Evidence> = {}) =>
  deferOthers(someEvidence({ history: known([]), ...over }), FIRST_READS.in_storm)
/** The second stage is read too. */
const second = (devices: readonly Device[] = []) =>
  first({ blocks: known([]), devices: known(devices), factors: known([]), enrollments: known([]) })

const sourcesStillNeeded = (c: Case, evaluation: Pick<Evaluation, 'verdict' | 'stormId'>, evidence: Evidence) =>
  neededBy(c, evaluation, evidence, DEFAULT_POLICY)
const judged = (verdict: Verdict, stormId: string | null = null) => ({ verdict, hash: 'h', stormId })
const crowded = (verdict: Verdict): Verdict => ({
  ...verdict,
  guards: [{ id: 'G8', state: 'tripped', because: 'many' }]
})
const caused = (id: CauseId, verdict: Verdict): Verdict => ({ ...verdict, cause: { ...verdict.cause, id } })
const UNEXPLAINED = caused('unknown', TICKET_VERDICT)

t.test('what was not asked is spared on purpose; what an org lacks stays absent', async (t) => {
  const evidence = first({ risk: absent })
  t.match(evidence.factors, { state: 'unknown', spared: true, retryable: false, because: /while many users fail/ })
  t.equal(evidence.risk, absent)
  t.notOk('spared' in evidence.user, 'it was asked')
})

t.test('a child that waits for the end of the storm needs no more', async (t) => {
  t.strictSame(sourcesStillNeeded(aCase(), judged(crowded(UNEXPLAINED), 'RE-STORM'), first()), [])
})

t.test('what the storm does not hold back is read: no storm, no crowd, or an alarm', async (t) => {
  for (const [c, judgement] of [
    [aCase(), judged(crowded(UNEXPLAINED))],
    [aCase(), judged(UNEXPLAINED, 'RE-STORM')],
    [aCase({ securityAlert: 'user.risk.change' }), judged(crowded(UNEXPLAINED), 'RE-STORM')]
  ] as const) {
    t.strictSame(sourcesStillNeeded(c, judgement, first()), ['user', 'blocks', 'devices', 'factors', 'enrollments'])
  }
})

t.test('who has enrolled meanwhile, and whose account explains it all, need no more', async (t) => {
  t.strictSame(sourcesStillNeeded(aCase(), judged(aVerdict({ kind: 'ignore', remediation: null })), first()), [])
  t.strictSame(sourcesStillNeeded(aCase(), judged(caused('account_deactivated', TICKET_VERDICT)), first()), [])
})

t.test('a write needs everything, a ticket only what its cause is drawn from', async (t) => {
  t.strictSame(sourcesStillNeeded(aCase(), judged(UNEXPLAINED), second()), [])
  t.strictSame(sourcesStillNeeded(aCase(), judged(aVerdict()), second()), ['device_users', 'risk', 'groups'])
  t.strictSame([...sourcesStillNeeded(aCase(), judged(caused('account_suspended', aVerdict())), first())].sort(), [
    'blocks',
    'device_users',
    'devices',
    'enrollments',
    'factors',
    'groups',
    'risk'
  ] satisfies EvidenceSource[])
})

t.test('the log is read again when a blocked device has come to light', async (t) => {
  const device = { id: 'guo1', status: 'SUSPENDED' } as Device
  t.ok(sourcesStillNeeded(aCase(), judged(aVerdict()), second([device])).includes('history'))
  t.notOk(
    sourcesStillNeeded(aCase(), judged(aVerdict()), second([{ ...device, status: 'ACTIVE' }])).includes('history')
  )
})

t.test('a storm that ends between reading and deciding sends the case back to read the rest', async (t) => {
  const evidence = first()
  const correlating = aCase({ state: 'correlating', evidence })
  const back = applyResult(correlating, { of: 'decided', ...judged(UNEXPLAINED) }, NOW, POLICY).next
  t.match(back, { state: 'received', tries: 0, dueAt: NOW, decision: null })
  const held = applyResult(
    correlating,
    { of: 'decided', ...judged(crowded(UNEXPLAINED), 'RE-STORM') },
    NOW,
    POLICY
  ).next
  t.match(held, { state: 'with_person', parentId: 'RE-STORM' })
})

t.test('steps for the user need the guards, as a write does; a plain ticket does not', async (t) => {
  const ticket = caused('app_state_stale', TICKET_VERDICT)
  t.same(sourcesStillNeeded(aCase(), judged(ticket), second()), [])
  const guidable = { ...ticket, decision: { ...ticket.decision, guidable: true } } as const
  t.ok(sourcesStillNeeded(aCase(), judged(guidable), second()).includes('risk'))
})

/** Of a case alone, all is read but what only guards need. */
const alone = (): Evidence => ({
  ...deferOthers(someEvidence(), FIRST_READS.alone),
  ...Object.fromEntries([...FIRST_READS.alone.sources, 'history'].map((source) => [source, known([])]))
})

t.test(
  'of a case alone, who shares its devices and its risk are read when something would be changed or sent',
  async (t) => {
    const plain = caused('app_state_stale', TICKET_VERDICT)
    const both = ['device_users', 'risk']
    t.strictSame(sourcesStillNeeded(aCase(), judged(plain), alone()), [], 'a ticket with steps')
    t.strictSame(sourcesStillNeeded(aCase(), judged(aVerdict()), alone()), both, 'a repair')
    const asked = aCase({ stepsAskedAt: NOW })
    t.strictSame(sourcesStillNeeded(asked, judged(plain), alone()), both, 'on-call sends the steps')
    const byHand = caused('device_deactivated', TICKET_VERDICT)
    t.strictSame(sourcesStillNeeded(aCase(), judged(byHand), alone()), both, 'a repair by hand')
    const { tickets } = DEFAULT_POLICY
    const mails = { tickets: { ...tickets, mail: { ...tickets.mail, causes: ['app_state_stale'] } } } as const
    t.strictSame(neededBy(aCase(), judged(plain), alone(), mails), both, 'the policy mails the steps of this cause')
  }
)

t.test('what failed for all its tries does not send the case back to read what is deferred', async (t) => {
  const failed: Item<never> = { state: 'unknown', at: NOW, because: 'HTTP 503', retryable: true }
  const decidedOn = (evidence: Evidence) => {
    const correlating = aCase({ state: 'correlating', evidence })
    return applyResult(correlating, { of: 'decided', ...judged(UNEXPLAINED) }, NOW, POLICY).next
  }
  t.match(decidedOn(first()), { state: 'received' })
  t.match(decidedOn(first({ history: failed })), { state: 'with_person' })
  t.match(decidedOn(first({ history: { ...failed, heldUntil: NOW } })), { state: 'with_person' }, 'nor what is held')
})
