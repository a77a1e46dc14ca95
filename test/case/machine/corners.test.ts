/** Steps and results that meet a case in an unusual place. */
import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { openStorm } from '../../../src/case/machine/storm.ts'
import type { Case } from '../../../src/domain/case.ts'
import { plus } from '../../../src/domain/time.ts'
import { aCase, aVerdict, NOW, POLICY, someEvidence } from '../build.ts'

const TICKET = { system: 'local', key: 'RE-TEST', url: 'http://x', state: 'open', story: 3 } as const
const NOBODY = { ip: null, asNumber: null, appVersion: null, platform: null }
const storm = (over: Partial<Case>): Case => ({
  ...openStorm('RE-STORM', 'many fail', { users: 9, common: NOBODY }, NOW).next,
  ...over
})

t.test('while the user is watched, the ticket follows the story', async (t) => {
  const watching = aCase({
    state: 'watching',
    ticket: TICKET,
    contentRevision: 4,
    watchUntil: plus(NOW, 60_000),
    dueAt: NOW
  })
  t.equal(nextStep(watching, NOW), 'ticket')
})

t.test('a storm that has ended is looked at until its last child has ended too', async (t) => {
  const ended = storm({ state: 'closed', ticket: { ...TICKET, state: 'resolved' }, dueAt: NOW })
  t.equal(nextStep(ended, NOW), 'check_storm')
  const closing = storm({ state: 'closed', ticket: TICKET, dueAt: NOW })
  t.equal(
    applyResult(closing, { of: 'ticket_closed', ticket: { ...TICKET, state: 'resolved' } }, NOW, POLICY).next.dueAt,
    NOW
  )
})

t.test('a refusal that comes after the case has moved on changes nothing', async (t) => {
  const moved = aCase({ state: 'with_person', ticket: TICKET, contentRevision: 3, dueAt: null })
  const refused = {
    of: 'refused',
    remediation: 'unlock_user',
    because: 'late',
    why: 'changed',
    evidence: someEvidence(),
    verdict: aVerdict(),
    hash: 'h',
    stormId: null
  } as const
  t.match(applyResult(moved, refused, NOW, POLICY).next, { state: 'with_person', actions: [] })
})

t.test('a ticket written while the story went on is written again, and one without a proposal rests', async (t) => {
  const waiting = aCase({ state: 'awaiting_approval', contentRevision: 4, dueAt: NOW })
  t.equal(applyResult(waiting, { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next.dueAt, NOW)
  const told = { ...waiting, contentRevision: 3 }
  t.equal(applyResult(told, { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next.dueAt, null)
  const idle = { ...told, ticket: TICKET, dueAt: NOW }
  t.equal(applyResult(idle, { of: 'idle' }, NOW, POLICY).next.dueAt, null)
  const approved = aCase({ state: 'acting', dueAt: plus(NOW, 5_000), contentRevision: 3 })
  t.equal(applyResult(approved, { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next.dueAt, plus(NOW, 5_000))
})

t.test('a case with a person whose last look fails again and again is left to the person', async (t) => {
  const failed = { of: 'failed', step: 'check_recovery', error: 'okta', because: 'away', retryAfterMs: null } as const
  const looking = aCase({
    state: 'with_person',
    ticket: TICKET,
    contentRevision: 3,
    watchUntil: NOW,
    dueAt: NOW,
    tries: 3
  })
  t.match(applyResult(looking, failed, NOW, POLICY).next, {
    state: 'with_person',
    watchUntil: null,
    dueAt: null,
    tries: 0
  })
})

t.test('a case that is due with nothing to do is left alone', async (t) => {
  const watching = aCase({
    state: 'watching',
    ticket: TICKET,
    contentRevision: 3,
    watchUntil: plus(NOW, 60_000),
    dueAt: NOW
  })
  t.equal(nextStep(watching, NOW), null)
  t.equal(applyResult(watching, { of: 'idle' }, NOW, POLICY).next.dueAt, plus(NOW, 60_000))
  t.equal(nextStep(aCase({ state: 'resolved', dueAt: NOW }), NOW), null)
  const proposal = { hash: 'h', remediation: 'unlock_user', expiresAt: plus(NOW, 60_000), overridesNeeded: [] } as const
  const waiting = aCase({ state: 'awaiting_approval', proposal, ticket: TICKET, contentRevision: 3, dueAt: NOW })
  t.equal(nextStep(waiting, NOW), null)
  t.equal(applyResult(waiting, { of: 'idle' }, NOW, POLICY).next.dueAt, plus(NOW, 60_000))
  const { ticket: _none, ...untold } = waiting
  t.equal(
    applyResult({ ...untold, ticket: null }, { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next.dueAt,
    plus(NOW, 60_000)
  )
})

t.test('a storm tells its own ticket, then looks at its children; a child gives its ticket up', async (t) => {
  t.equal(nextStep(storm({}), NOW), 'ticket')
  const told = applyResult(storm({}), { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next
  t.equal(nextStep(told, NOW), 'check_storm')
  const child = aCase({
    state: 'with_person',
    parentId: 'RE-STORM',
    ticket: TICKET,
    contentRevision: 9,
    watchUntil: plus(NOW, 1),
    dueAt: NOW
  })
  t.equal(nextStep(child, NOW), 'close_ticket')
  const quiet = applyResult(child, { of: 'ticket_closed', ticket: { ...TICKET, state: 'resolved' } }, NOW, POLICY).next
  t.match(quiet, { state: 'with_person', dueAt: plus(NOW, 1) })
  const alone = { ...child, parentId: null, contentRevision: 3 }
  t.equal(applyResult(alone, { of: 'ticketed', ticket: TICKET }, NOW, POLICY).next.dueAt, plus(NOW, 1))
})
