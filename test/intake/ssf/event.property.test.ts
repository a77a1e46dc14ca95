/** Whatever an authentic transmitter writes into a token becomes one readable event, or is refused; nothing throws. */

import t from 'tap'
import { plus } from '../../../src/domain/time.ts'
import { sharedEventOf, signalDelivery } from '../../../src/intake/ssf/event.ts'
import { fc } from '../../support/properties.ts'
import { NOW, read } from '../build.ts'
import { CAEP, RISC } from './transmitter.ts'

const json = fc.jsonValue({ maxDepth: 3 })
const odd = fc.oneof(json, fc.double(), fc.string({ unit: 'binary' }), fc.constantFrom('email', 'complex', 'aliases'))
const FORMATS = ['email', 'iss_sub', 'opaque', 'account', 'aliases', 'complex', 'phone_number']
const subject = fc.record(
  {
    ...{ format: fc.oneof(fc.constantFrom(...FORMATS), odd), email: odd, sub: odd, id: odd, uri: odd },
    ...{
      identifiers: fc.oneof(odd, fc.array(odd, { maxLength: 3 })),
      user: fc.oneof(odd, fc.record({ format: odd, email: odd }))
    }
  },
  { requiredKeys: [] }
)
const body = fc.record(
  {
    ...{ event_timestamp: odd, initiating_entity: odd, change_direction: odd, current_status: odd, reason_admin: odd },
    ...{ credential_type: odd, change_type: odd, subject: fc.oneof(subject, odd) }
  },
  { requiredKeys: [] }
)
const uri = fc.oneof(
  fc.constantFrom(
    `${CAEP}/session-revoked`,
    `${CAEP}/device-compliance-change`,
    `${RISC}/account-disabled`,
    `${CAEP}/`
  ),
  fc.string()
)
const events = fc.oneof(odd, fc.dictionary(uri, fc.oneof(body, odd), { maxKeys: 3 }))

t.test('an event of odd values', async () => {
  fc.assert(
    fc.property(events, fc.oneof(subject, odd), fc.nat(), (events, sub_id, agoS) => {
      const event = sharedEventOf(events)
      if (!event) return true
      const iat = Math.floor(Date.parse(NOW) / 1_000) - (agoS % 600_000)
      const delivery = signalDelivery({ iss: 'https://idp.example.com', jti: 'j', iat, sub_id }, event, plus(NOW, 0))
      const [stored] = JSON.parse(String(delivery.body)).data.events
      const reading = read(stored, { source: 'ssf', uuid: stored.uuid })
      const isKey = delivery.envelopeId === null || /^ssf:[0-9a-f]{64}$/.test(delivery.envelopeId)
      const isPast = stored.published <= NOW && !Number.isNaN(Date.parse(stored.published))
      return isKey && isPast && (reading.kind === 'signal' || reading.kind === 'skipped')
    }),
    { numRuns: 500 }
  )
})
