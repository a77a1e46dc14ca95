import t from 'tap'
import { type PastCase, pastCase, replay } from '../../src/backtest/replay.ts'
import { automaticWrites, changes, tally } from '../../src/backtest/tally.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { anAction } from '../store/build.ts'
import { ninetyDays, ROUTINE_ACTOR } from './history.ts'

const PAST = ninetyDays()
  .map(pastCase)
  .filter((past): past is PastCase => typeof past !== 'string')

function policy(over: Partial<Policy['decide']['guards']>): Policy {
  const { decide } = DEFAULT_POLICY
  return { ...DEFAULT_POLICY, decide: { ...decide, guards: { ...decide.guards, ...over } } }
}

t.test('what cannot be replayed says why', async (t) => {
  const words = ninetyDays()
    .map(pastCase)
    .filter((past) => typeof past === 'string')
  t.strictSame(words, ['storm', 'no_evidence'])
  const [first] = ninetyDays()
  if (!first?.evidence) throw new Error('no case')
  const { at } = first.evidence.user
  const acted = (when: string) => pastCase({ ...first, actions: [anAction({ state: 'done', at: when })] })
  t.equal(acted(plus(at, -MINUTE_MS)), 'read_after_write')
  t.match(acted(plus(at, MINUTE_MS)), { id: first.id })
})

t.test('ninety days under the built-in policy', async (t) => {
  t.strictSame(tally(replay(PAST, DEFAULT_POLICY, 'auto')), [
    { cause: 'account_suspended', rule: 'suspended', outcome: 'unsuspend_user, propose', count: 36 },
    { cause: 'activation_pending', rule: 'activation_pending', outcome: 'resend_activation, auto', count: 20 },
    { cause: 'app_state_stale', rule: 'app_state_stale', outcome: 'ticket', count: 10 }
  ])
})

t.test('turning unsuspend_user to auto for a routine actor: the golden difference', async (t) => {
  const before = replay(PAST, DEFAULT_POLICY, 'auto')
  const after = replay(PAST, policy({ trustedActorIds: [ROUTINE_ACTOR] }), 'auto')
  const change = { rule: 'suspended → suspended_by_allowed_actor', before: 'unsuspend_user, propose' }
  t.match(changes(before, after), [
    { ...change, after: 'unsuspend_user, auto', count: 31, examples: ['RE-00uSusp0', 'RE-00uSusp1'] },
    // A crowd within minutes is a storm for all but the first of them.
    { ...change, after: 'ticket instead of unsuspend_user (stopped by G8)', count: 5, examples: ['RE-00uCrwd1'] }
  ])
  t.equal(changes(before, after).length, 2, 'and nothing else')
  t.strictSame([automaticWrites(before), automaticWrites(after)], [20, 51])
})

t.test('simulated writes count against the caps of those that follow', async (t) => {
  const loose = { trustedActorIds: [ROUTINE_ACTOR], stormUsers: 100, stormSameNetworkUsers: 100 }
  const wide = automaticWrites(replay(PAST, policy({ ...loose, writesPerHour: 100 }), 'auto'))
  const narrow = automaticWrites(replay(PAST, policy({ ...loose, writesPerHour: 2 }), 'auto'))
  t.equal(wide - narrow, 4, 'of six within minutes two are written')
})

t.test('the order in which cases are given changes nothing, and a ceiling holds', async (t) => {
  t.strictSame(replay(PAST.toReversed(), DEFAULT_POLICY, 'auto'), replay(PAST, DEFAULT_POLICY, 'auto'))
  t.equal(automaticWrites(replay(PAST, DEFAULT_POLICY, 'propose')), 0)
})
