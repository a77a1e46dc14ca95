import t from 'tap'
import { actorName, eventName, isOrdinary } from '../../src/decide/event-names.ts'

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

t.test(
  'everyday events that succeeded are folded; refusals, reasons and changes of a sign-in method are not',
  async (t) => {
    const entry = { eventType: 'user.session.start', result: 'SUCCESS', reason: null }
    t.equal(isOrdinary(entry), true)
    t.equal(isOrdinary({ ...entry, result: 'FAILURE' }), false)
    t.equal(isOrdinary({ ...entry, reason: 'VERIFICATION_ERROR' }), false)
    t.equal(isOrdinary({ ...entry, eventType: 'user.mfa.factor.deactivate' }), false)
  }
)

t.test('an app is called by its name, since its login is its id', async (t) => {
  const app = { actorLogin: '0oaHumanResources00d', actorName: 'HR import' }
  t.equal(actorName(app), 'HR import')
  t.equal(actorName({ ...app, actorName: null }), 'an unnamed actor')
})
