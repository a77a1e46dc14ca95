import t from 'tap'
import { matchesFilter, readFilter } from '../../src/sandbox/server/scim-filter.ts'
import { refusalOf } from './api-client.ts'

const EVENT = {
  eventType: 'user.mfa.factor.activate',
  outcome: { result: 'FAILURE', reason: null },
  target: [
    { id: '00u1', type: 'User' },
    { id: 'pfd1', type: 'AuthenticatorEnrollment', displayName: 'Okta Verify' }
  ],
  securityContext: { asNumber: 64496, isProxy: false },
  debugContext: { debugData: { threatSuspected: 'false', quote: 'say "hi"' } }
}

function matches(text: string, subject: unknown = EVENT): boolean {
  return matchesFilter(readFilter(text, 1_000), subject)
}

t.test('every operator', async (t) => {
  const holds = [
    'eventType eq "user.mfa.factor.activate"',
    'eventType ne "user.lifecycle.suspend"',
    'eventType sw "user.mfa."',
    'eventType ew ".activate"',
    'eventType co "factor"',
    'securityContext.asNumber gt 64000',
    'securityContext.asNumber ge 64496',
    'securityContext.asNumber lt 65000',
    'securityContext.asNumber le 64496',
    'securityContext.isProxy eq false',
    'outcome.result pr',
    'outcome.reason eq null',
    'debugContext.debugData.threatSuspected eq "false"',
    'debugContext.debugData.quote eq "say \\"hi\\""',
    'eventType EQ "user.mfa.factor.activate" AND NOT outcome.result eq "SUCCESS"'
  ]
  for (const text of holds) t.equal(matches(text), true, text)
  const fails = [
    'eventType eq "USER.mfa.factor.activate"',
    'EventType eq "user.mfa.factor.activate"',
    'outcome.reason pr',
    'outcome.nothing pr',
    'securityContext.asNumber gt 64496',
    'securityContext.asNumber lt 64496',
    'outcome.reason sw ""'
  ]
  for (const text of fails) t.equal(matches(text), false, text)
})

t.test('a path through a list holds when any element fits, and ne is the opposite of eq', async (t) => {
  t.equal(matches('target.id eq "pfd1"'), true)
  t.equal(matches('target.id eq "00u2"'), false)
  t.equal(matches('target.id ne "00u1"'), false)
  t.equal(matches('target.displayName co "Verify"'), true)
  t.equal(matches('outcome.result ne "SUCCESS"', {}), true, 'also where there is no value')
  t.equal(matches('target.id pr', { target: null }), false)
})

t.test('not binds before and, and before or; parentheses before all', async (t) => {
  const subject = { a: 1, b: 0, c: 1 }
  t.equal(matches('a eq 1 or b eq 1 and c eq 0', subject), true)
  t.equal(matches('(a eq 1 or b eq 1) and c eq 0', subject), false)
  t.equal(matches('not a eq 1 or c eq 1', subject), true)
  t.equal(matches('not (a eq 1 or c eq 1)', subject), false)
  t.equal(matches('((a eq 1))', subject), true)
})

t.test('what Okta would not take is refused with its code', async (t) => {
  const refusal = (text: string, maxLength = 1_000) => refusalOf(() => readFilter(text, maxLength, 'E0000053'))
  const unreadable = [
    '',
    'eventType',
    'eventType eq',
    'eventType eq bare',
    'eventType eq "open',
    '(a eq 1',
    'a eq 1)',
    'a eq 1 b eq 2',
    'target[type eq "User"].id eq "x"',
    '"a" eq 1'
  ]
  for (const text of unreadable) t.equal(refusal(text), '400 E0000053', text)
  t.equal(refusal('eventType like "x"'), '400 E0000031', 'an operator nobody knows')
  t.equal(refusal('eventType eq "x"', 16), 'allowed')
  t.equal(refusal('eventType eq "x"', 15), '400 E0000031', 'longer than the org takes')
})
