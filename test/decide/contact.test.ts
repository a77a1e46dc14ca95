/** Whether a message may go to the user, and to which address. */
import t from 'tap'
import { addressOnFile, eventsAgainstContact, guardsAgainstContact, notClear } from '../../src/decide/contact.ts'
import type { Evidence, EvidenceValues } from '../../src/domain/evidence.ts'
import { DAY_MS } from '../../src/domain/time.ts'
import { aFailure, ago, anEntry, aUser, knownEvidence, NOW, unknownItem } from './build.ts'

const addressBy = (values: Partial<EvidenceValues>, over: Partial<Evidence> = {}) =>
  addressOnFile({ ...knownEvidence(values), ...over }, NOW)

t.test('only the address on file counts, and only when it is known to be settled', async (t) => {
  t.match(addressBy({ user: aUser({ email: 'dana@example.com' }) }), { to: 'dana@example.com' })
  const changed = (days: number) => [anEntry('user.account.update_profile', { at: ago(days * DAY_MS) })]
  t.match(addressBy({ history: changed(2) }), { to: null, because: /may have been changed/ })
  t.match(addressBy({}, { user: unknownItem() }), { to: null, because: /cannot be read/ })
  t.match(addressBy({}, { history: unknownItem() }), { to: null, because: /whether the address was changed/ })
  for (const email of [null, 'a@b@c', 'Dana <d@example.com>', 'a@example.com, b@example.com', 'a@b\r\nBcc: x@y']) {
    t.match(addressBy({ user: aUser({ email }) }), { to: null, because: /no address on file/ }, String(email))
  }
  t.match(addressBy({ user: aUser({ status: 'DEPROVISIONED' }) }), { to: null, because: /DEPROVISIONED/ })
})

t.test('a guard that is not clear forbids a message, unless it speaks of writes only', async (t) => {
  const guards = [
    { id: 'G1', state: 'unknown' },
    { id: 'G2', state: 'tripped' },
    { id: 'G3', state: 'clear' },
    { id: 'G14', state: 'tripped' }
  ] as const
  const against = guardsAgainstContact(guards, [])
  t.ok(against.some(({ id }) => id === 'G2'))
  t.notOk(against.some(({ id }) => id === 'G14' || id === 'G3'))
  t.notOk(guardsAgainstContact(guards, ['G2']).some(({ id }) => id === 'G2'))
  t.match(notClear([{ id: 'G2' }]), /^These guards are not clear: User risk\.$/)
})

t.test('no message for a preview, an old failure, or after the profile was changed', async (t) => {
  const now = { failures: [aFailure()], signals: [] }
  t.equal(eventsAgainstContact(now, NOW, false), null)
  t.match(eventsAgainstContact({ ...now, failures: [aFailure({ preview: true })] }, NOW, false), /preview/)
  const old = { ...now, failures: [aFailure({ publishedAt: ago(2 * DAY_MS) })] }
  t.match(eventsAgainstContact(old, NOW, false), /more than a day old/)
  t.equal(eventsAgainstContact(old, NOW, true), null, 'a person asked for it')
  t.match(eventsAgainstContact({ failures: [], signals: [] }, NOW, false), /more than a day old/)
})
