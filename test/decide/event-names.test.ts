import t from 'tap'
import { eventName } from '../../src/decide/event-names.ts'

t.test('an event has a name with how it ended; a type without one has none', async (t) => {
  t.equal(eventName('user.account.lock'), 'account locked')
  t.equal(eventName('user.session.start', 'FAILURE'), 'sign-in (failed)')
  t.equal(eventName('user.session.start', 'DENY'), 'sign-in (denied)')
  t.equal(eventName('user.session.start', 'SUCCESS'), 'sign-in')
  t.equal(eventName('some.new.type', 'FAILURE'), null)
})

t.test('events of other vendors are named by their type', async (t) => {
  t.equal(eventName('caep.session-revoked:policy'), 'session revoked (policy)')
  t.equal(eventName('caep.session-revoked'), 'session revoked')
})
