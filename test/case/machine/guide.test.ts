/** The case that waits for its user: what ends the wait, and that it ends once. */
import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { foldEvent } from '../../../src/case/machine/fold-event.ts'
import { answered, disowned, mailed } from '../../../src/case/machine/guide.ts'
import { retry } from '../../../src/case/machine/operator-commands.ts'
import type { StepOutcome } from '../../../src/case/machine/transitions.ts'
import { advice } from '../../../src/decide/advice.ts'
import { type Case, guideStand } from '../../../src/domain/case.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../../src/domain/time.ts'
import type { Failure, Instant, Recovery, Signal } from '../../../src/domain/vocabulary.ts'
import { severityOf } from '../../../src/ticket/draft/severity.ts'
import { approver } from '../../support/operators.ts'
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

const GUIDED = aVerdict({ kind: 'guide', remediation: null, rule: 'app_state_stale', because: 'Only the user can.' })
const decided = (verdict = GUIDED): StepOutcome => ({ of: 'decided', verdict, hash: 'h', stormId: null })
const CORRELATED: StepOutcome = { of: 'correlated', evidence: someEvidence() }
const LATER = plus(NOW, 10 * MINUTE_MS)
const END = plus(plus(NOW, MINUTE_MS), POLICY.guide.escalateAfterMs)

const apply = (c: Case, result: StepOutcome, now: Instant = LATER) => applyResult(c, result, now, POLICY).next

/** Decided again with this verdict. */
const again = (c: Case, verdict = GUIDED, now: Instant = LATER) =>
  apply(apply(c, CORRELATED, now), decided(verdict), now)

function fold(c: Case, event: Failure | Recovery | Signal): Case {
  const joined = foldEvent(c, event, 'RE-NEXT', LATER)
  if (!('change' in joined)) throw new Error('the event concerns the case')
  return joined.change.next
}

const waiting = again(aCase(), GUIDED, NOW)
const sent = mailed(waiting, { result: 'sent', channel: 'slack' }, plus(NOW, MINUTE_MS), POLICY)?.next ?? waiting

t.test(
  'a mail that came back is a user who was not reached; it is not sent again, and a stranger changes nothing',
  async (t) => {
    const mail = { result: 'sent', channel: 'mail' } as const
    const back = (c: Case) => mailed(c, { result: 'returned', channel: 'mail' }, LATER, POLICY)
    const mailedOnce = mailed(waiting, mail, plus(NOW, MINUTE_MS), POLICY)?.next ?? waiting
    const returned = back(mailedOnce)
    t.match(returned?.next, {
      state: 'received',
      guide: { endedBecause: /not reached/ },
      mailed: { result: 'refused' }
    })
    t.match(returned?.ledger, [{ kind: 'mail', entry: { result: 'returned' } }])
    t.equal(returned && back(returned.next), null, 'once')
    t.equal(returned && mailed(returned.next, mail, LATER, POLICY), null, 'the outbox remembers it as sent')
    t.equal(back(waiting), null, 'nothing was sent')
    t.equal(back(sent), null, 'sent in Slack')
    t.equal(back({ ...mailedOnce, state: 'resolved' }), null)
    const beside = back({ ...mailedOnce, state: 'with_person', guide: null })
    t.match(beside?.next, { state: 'with_person', mailed: { returned: true } })
  }
)

t.test('the case waits without a ticket, and its time runs from the message', async (t) => {
  t.match(waiting, { state: 'with_user', ticket: null, guide: { at: NOW } })
  t.equal(nextStep(waiting, LATER), null, 'nothing is due: no ticket either')
  t.match(sent, { state: 'with_user', dueAt: END, mailed: { result: 'sent', channel: 'slack' } })
  t.match(sent.timeline.at(-1), { what: 'The steps were sent to the user in Slack.' })
  t.equal(severityOf(sent), 'low')
  t.match(advice(sent), { kind: 'wait', sendSteps: 'never', headline: /A ticket follows otherwise/ })
  t.equal(guideStand(sent, LATER), 'running')
})

t.test(
  'while the user is enrolling there is no ticket; everything is read again when the enrollment is old',
  async (t) => {
    const until = plus(LATER, 12 * MINUTE_MS)
    const verdict = aVerdict({ kind: 'ticket', remediation: null, rule: 'app_state_stale', enrollingUntil: until })
    const enrolling = again(aCase(), verdict)
    t.match(enrolling, { state: 'received', ticket: null, dueAt: until })
    t.match(enrolling.timeline.at(-1), { what: /began an enrollment minutes ago/ })
    t.equal(nextStep(enrolling, LATER), null)
    t.equal(nextStep(enrolling, until), 'correlate')
    t.match(fold(enrolling, aRecovery({ publishedAt: LATER })), { state: 'resolved', ticket: null })
    t.equal(fold(enrolling, aSignal()).dueAt, LATER, 'a signal may be an attack: decided at once')
    t.match(again(enrolling, TICKET_VERDICT, until), { state: 'with_person', dueAt: until })
    const ticket = { system: 'local', key: 'k', url: 'u', state: 'open', story: 1 } as const
    const late = again({ ...aCase(), ticket }, verdict)
    t.equal(late.state, 'with_person', 'a case with a ticket keeps it')
  }
)

t.test('the user enrolls: resolved, and nobody had anything to do', async (t) => {
  const c = fold(sent, aRecovery({ publishedAt: LATER }))
  t.match(c, { state: 'resolved', outcome: 'recovered_by_itself', ticket: null, dueAt: null })
})

t.test('time is up: Okta is looked at, and then a ticket follows, which says so', async (t) => {
  t.equal(nextStep(sent, END), 'check_recovery')
  t.match(apply(sent, { of: 'checked', recovered: 'yes' }, END), { state: 'resolved' })
  const over = apply(sent, { of: 'checked', recovered: 'unknown' }, END)
  t.match(over, { state: 'received', guide: { endedBecause: /did not enroll in time/ } })
  t.equal(guideStand(over, END), 'over')
  const ticket = again(over, TICKET_VERDICT, END)
  t.match(ticket, { state: 'with_person' })
  t.equal(nextStep(ticket, END), 'ticket')
  t.match(again(over, PROPOSAL_VERDICT, END), { state: 'awaiting_approval' }, 'or a proposal')
})

t.test('a second failure after the message ends the wait; one before it is decided on first', async (t) => {
  const failedAgain = fold(sent, aFailure({ uuid: 'e2', publishedAt: LATER }))
  t.match(failedAgain, { state: 'received', guide: { endedBecause: /failed again/ } })
  const before = fold(waiting, aFailure({ uuid: 'e2', publishedAt: NOW }))
  t.match(before, { state: 'received', guide: { endedBecause: undefined } })
  t.match(again(before), { state: 'with_user', guide: waiting.guide }, 'the same guide goes on')
  t.match(
    fold(sent, aFailure({ uuid: 'e2', publishedAt: NOW })),
    { state: 'with_user' },
    'a late copy of an earlier one'
  )
})

t.test('a signal is looked at: an ordinary one changes nothing, one that trips a guard leads to people', async (t) => {
  const seen = fold(sent, aSignal({ eventType: 'user.account.update_password', publishedAt: LATER }))
  t.equal(seen.state, 'received')
  const goesOn = again(seen)
  t.match(goesOn, { state: 'with_user', dueAt: END, cause: sent.cause, decision: sent.decision })
  t.equal(goesOn.contentRevision, sent.contentRevision, 'and sends nothing again')
  t.match(again(seen, TICKET_VERDICT), { state: 'with_person', guide: { endedBecause: 'Nobody knows.' } })
})

t.test('a message that reaches nobody leads to people', async (t) => {
  for (const result of ['refused', 'unreached'] as const) {
    const c = mailed(
      waiting,
      { result, channel: 'mail', because: 'Slack answered users_not_found.' },
      LATER,
      POLICY
    )?.next
    t.match(c, { state: 'received', guide: { endedBecause: /reached|not sent/ } }, result)
  }
  const unsent = apply(waiting, { of: 'checked', recovered: 'no' }, plus(NOW, POLICY.guide.escalateAfterMs))
  t.match(unsent, { guide: { endedBecause: /could not be sent/ } })
})

t.test('quiet hours put off the message, and with it the end of the wait', async (t) => {
  const quiet = { from: '13:00', to: '16:00', zone: 'UTC' }
  const policy = { ...POLICY, guide: { ...POLICY.guide, quiet } }
  const c = applyResult(apply(aCase(), CORRELATED, NOW), decided(), NOW, policy).next
  const morning = '2026-06-15T16:00:00.000Z'
  t.ok((c.guide?.until ?? '') >= plus(morning, POLICY.guide.escalateAfterMs))
})

t.test('“it works”: Okta is looked at now, and the wait goes on until it is seen', async (t) => {
  const c = answered(sent, { what: 'works' }, LATER)?.next ?? sent
  t.equal(nextStep(c, LATER), 'check_recovery')
  t.match(apply(c, { of: 'checked', recovered: 'no' }), { state: 'with_user', dueAt: END })
})

t.test('“it still fails”: with the error that the user sees, to a person', async (t) => {
  const said = answered(sent, { what: 'fails', seen: 'qr_code' }, LATER)
  t.match(said?.next, {
    state: 'received',
    answer: { what: 'fails', seen: 'qr_code' },
    guide: { endedBecause: /failed again/ }
  })
  t.match(said?.ledger, [{ kind: 'mail', by: 'user', entry: { answer: 'fails', seen: 'qr_code' } }])
  t.ok(said?.next.timeline.some(({ what }) => /QR code is not accepted/.test(what)))
})

t.test('“this was not me”: Security at once, in every state, and the next case does nothing either', async (t) => {
  for (const state of ['with_user', 'with_person', 'watching', 'awaiting_approval', 'received'] as const) {
    const c = answered({ ...sent, state }, { what: 'not_me' }, LATER)?.next
    t.match(c, { state: 'with_person', securityAlert: /not theirs/, proposal: null, notMeAt: LATER }, state)
    t.equal(c && severityOf(c), 'security')
    t.equal(c && nextStep(c, LATER), 'ticket')
  }
  const c = answered(sent, { what: 'not_me' }, LATER)?.next ?? sent
  t.match(advice(c).headline, /^Possible takeover: The user says that the attempts were not theirs\.$/)
  const next = fold({ ...c, state: 'closed' }, aFailure({ uuid: 'e9', publishedAt: plus(LATER, MINUTE_MS) }))
  t.match(next, { id: 'RE-NEXT', notMeAt: LATER })
  t.equal(guideStand(next, LATER), 'over')
})

t.test('only the first answer of an open case counts', async (t) => {
  const once = answered(sent, { what: 'works' }, LATER)?.next ?? sent
  t.equal(answered(once, { what: 'fails' }, LATER), null)
  t.equal(answered({ ...sent, state: 'closed' }, { what: 'fails' }, LATER), null)
  t.equal(answered({ ...sent, state: 'resolved' }, { what: 'works' }, LATER), null)
})

t.test('nobody is guided twice in a day, and a person may end the wait', async (t) => {
  const resolved = fold(sent, aRecovery({ publishedAt: LATER }))
  const next = fold(resolved, aFailure({ uuid: 'e9', publishedAt: plus(LATER, HOUR_MS) }))
  t.equal(guideStand(next, plus(LATER, HOUR_MS)), 'over')
  t.equal(guideStand(next, plus(LATER, 25 * HOUR_MS)), 'possible')
  const ended = retry(sent, approver('ana'), LATER)
  t.match('ok' in ended ? {} : ended.next, { state: 'received', guide: { endedBecause: /asked to read/ } })
})

t.test('“this was not me” counts after another answer, and after an enrollment', async (t) => {
  const worked = answered(sent, { what: 'works' }, LATER)?.next
  const enrolled = fold(sent, aRecovery({ publishedAt: LATER }))
  for (const c of [sent, worked, enrolled]) {
    const next = c && disowned(c, LATER)?.next
    t.match(next, { state: 'with_person', securityAlert: /not theirs/, notMeAt: LATER, outcome: null, dueAt: LATER })
    t.equal(next && disowned(next, LATER), null, 'once')
  }
  t.equal(disowned({ ...sent, state: 'closed' }, LATER), null, 'people have ended it')
  const earlier = { ...sent, notMeAt: plus(sent.openedAt, -HOUR_MS) }
  t.match(disowned(earlier, LATER)?.next, { notMeAt: LATER }, 'it was said of another case')
})
