/** Whatever happens to a case, in whatever order: the promises of the case machine hold. */

import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { foldEvent } from '../../../src/case/machine/fold-event.ts'
import { approve, close, type Decided, reject, retry } from '../../../src/case/machine/operator-commands.ts'
import type { StepOutcome } from '../../../src/case/machine/transitions.ts'
import { isSettled } from '../../../src/case/machine/transitions.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { OktaError } from '../../../src/domain/okta.ts'
import { plus } from '../../../src/domain/time.ts'
import type { Instant } from '../../../src/domain/vocabulary.ts'
import { approver } from '../../support/operators.ts'
import { fc } from '../../support/properties.ts'
import {
  aCase,
  aFailure,
  aRecovery,
  aSignal,
  aVerdict,
  NOW,
  POLICY,
  PROPOSAL_VERDICT,
  someEvidence,
  TICKET_VERDICT
} from '../build.ts'

const APPROVER = approver('ana')

const trouble = fc.record<OktaError>({
  kind: fc.constantFrom('missing', 'forbidden', 'unauthenticated', 'throttled', 'unavailable', 'rejected'),
  status: fc.constantFrom(403, 500, null),
  errorCode: fc.constant(null),
  because: fc.constant('trouble'),
  retryAfterMs: fc.constantFrom(null, 1_000),
  ambiguous: fc.boolean(),
  requestId: fc.constantFrom(null, 'req')
})
const verdict = fc.constantFrom(
  aVerdict(),
  PROPOSAL_VERDICT,
  TICKET_VERDICT,
  aVerdict({ kind: 'ignore', rule: 'already_recovered', remediation: null }),
  aVerdict({ kind: 'ignore', rule: 'not_ours', remediation: null })
)
const flaky = { state: 'unknown', at: NOW, because: '500', retryable: true } as const

/** What the step that is due may come back with; a real pipeline never hands in anything else. */
function resultOf(step: string, c: Case, now: Instant): fc.Arbitrary<StepOutcome> {
  const failed = fc.record({
    of: fc.constant('failed' as const),
    step: fc.constant(step as 'act'),
    error: fc.constant('okta' as const),
    because: fc.constant('trouble'),
    retryAfterMs: fc.constantFrom(null, 5_000)
  })
  const hash = fc.constantFrom('h1', 'h2')
  const ticket = { system: 'local', key: c.id, url: 'http://x', story: c.contentRevision } as const
  switch (step) {
    case 'correlate':
      return fc.oneof(
        fc.constant<StepOutcome>({ of: 'correlated', evidence: someEvidence() }),
        fc.constant<StepOutcome>({ of: 'correlated', evidence: someEvidence({ roles: flaky }) }),
        failed
      )
    case 'decide':
      return fc.oneof(
        fc.record({ of: fc.constant('decided' as const), verdict, hash, stormId: fc.constant(null) }),
        failed
      )
    case 'act':
      return fc.oneof(
        fc.constant<StepOutcome>({
          of: 'intended',
          takeoverWindow: true,
          evidence: someEvidence(),
          action: {
            id: `${c.id}/${c.actions.length}`,
            remediation: c.decision?.remediation ?? 'unlock_user',
            attempt: c.actions.length + 1,
            state: 'intended',
            intendedAt: now,
            at: now,
            by: { kind: 'rule', name: 'r' },
            because: '',
            requestIds: [],
            effect: 'pending'
          }
        }),
        fc.record({
          of: fc.constant('refused' as const),
          remediation: fc.constant('unlock_user' as const),
          because: fc.constant('no'),
          why: fc.constantFrom('changed' as const, 'forbidden' as const),
          evidence: fc.constant(someEvidence()),
          verdict,
          hash,
          stormId: fc.constant(null)
        }),
        failed
      )
    case 'settle':
      return fc.oneof(
        fc.record({ of: fc.constant('settled' as const), landed: fc.constantFrom('done', 'undone', 'unknown') }),
        fc.record({
          of: fc.constant('written' as const),
          calls: fc.array(
            fc.oneof(
              fc.constant({ ok: true as const, requestId: 'req' }),
              trouble.map((error) => ({ ok: false as const, error }))
            ),
            { minLength: 1, maxLength: 2 }
          )
        }),
        failed
      )
    case 'check_recovery':
      return fc.oneof(
        fc.record({ of: fc.constant('checked' as const), recovered: fc.constantFrom('yes', 'no', 'unknown') }),
        failed
      )
    case 'expire':
      return fc.constant<StepOutcome>({ of: 'expired' })
    case 'ticket':
      return fc.oneof(fc.constant<StepOutcome>({ of: 'ticketed', ticket: { ...ticket, state: 'open' } }), failed)
    default:
      return fc.oneof(
        fc.constant<StepOutcome>({ of: 'ticket_closed', ticket: { ...ticket, state: 'resolved' } }),
        failed
      )
  }
}

function promises(c: Case, before: Case): void {
  const wrong = (what: string): never => {
    throw new Error(`${what}: ${JSON.stringify(c)}`)
  }
  if (c.contentRevision < before.contentRevision) wrong('the story goes back')
  if ((c.proposal !== null) !== (c.state === 'awaiting_approval' || (c.state === 'acting' && c.approval !== null))) {
    // While it is being read again, an older proposal is kept so that an unchanged one keeps its expiry.
    if (c.state !== 'received' && c.state !== 'correlating')
      wrong('a proposal stands without waiting, or waits without a proposal')
  }
  const intended = c.actions.filter((action) => action.state === 'intended')
  if (intended.length > 1 || (intended.length === 1 && c.state !== 'acting'))
    wrong('a write is outstanding outside acting')
  if (c.actions.filter((action) => action.state !== 'refused').length > POLICY.attemptsPerCase) wrong('too many writes')
  if (c.dueAt === null && c.state !== 'resolved' && c.state !== 'closed' && c.state !== 'with_person')
    wrong('forgotten')
  if (c.state === 'with_person' && c.dueAt === null && c.ticket === null) wrong('a person was never told')
}

/** Drives a case to its end with helpful answers; it must get there. */
function finish(c: Case, startAt: Instant): Case {
  let now = startAt
  let current = c
  for (let count = 0; count < 200; count++) {
    const step = nextStep(current, now)
    if (!step) {
      if (current.dueAt === null) return current
      now = current.dueAt > now ? current.dueAt : plus(now, 1_000)
      continue
    }
    const [result] = fc.sample(resultOf(step, current, now), { numRuns: 1, seed: count })
    if (result) current = applyResult(current, result, now, POLICY).next
  }
  return current
}

t.test('no order of steps, events, people and time breaks a promise, and every case ends', async (t) => {
  const moves = fc.array(fc.tuple(fc.nat(9), fc.nat(), fc.integer({ min: -600_000, max: 4_000_000 })), {
    maxLength: 60
  })
  fc.assert(
    fc.property(moves, (plan) => {
      let c = aCase()
      let now: Instant = NOW
      for (const [kind, seed, ms] of plan) {
        const before = c
        const step = nextStep(c, now)
        if (kind <= 5 && step) {
          const [result] = fc.sample(resultOf(step, c, now), { numRuns: 1, seed })
          if (result) c = applyResult(c, result, now, POLICY).next
        } else if (kind === 6) {
          const at = { uuid: `u${seed}`, publishedAt: plus(now, ms) }
          const event = [aFailure(at), aRecovery(at), aSignal(at)][seed % 3] ?? aFailure(at)
          const joined = foldEvent(c, event, 'RE-NEXT', now)
          if ('change' in joined) {
            if (joined.opened !== (joined.change.next.id === 'RE-NEXT')) throw new Error('opened or not?')
            c = joined.opened ? c : joined.change.next
          }
        } else if (kind === 7) {
          const decided: Decided = [
            () =>
              approve(
                c,
                { hash: c.proposal?.hash ?? 'h1', overrides: [{ guard: 'G9', because: 'yes' }] },
                APPROVER,
                now
              ),
            () => reject(c, { hash: c.proposal?.hash ?? 'h1', because: 'no' }, APPROVER, now, POLICY),
            () => close(c, { because: 'done' }, APPROVER, now),
            () => retry(c, APPROVER, now)
          ][seed % 4]?.() ?? { ok: false, kind: 'not_found', because: '', changes: [] }
          if (!('ok' in decided)) c = decided.next
        } else {
          now = plus(now, Math.abs(ms))
        }
        if (c !== before) promises(c, before)
      }
      const end = finish(c, now)
      if (!isSettled(end)) throw new Error(`never ends: ${JSON.stringify(end)}`)
    }),
    { numRuns: 3_000 }
  )
  t.pass('3,000 histories')
})
