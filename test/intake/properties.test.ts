import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { CONFIDENCES, SKIP_REASONS } from '../../src/domain/vocabulary.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { readEnvelope } from '../../src/intake/envelope.ts'
import { fc } from '../support/properties.ts'
import { arrived, envelope, NOW, OKTA_VERIFY, OWN_ID, SETTINGS, USER } from './build.ts'

const classify = compileClassifier(SETTINGS)

/** JSON of any shape, and the odd values that real events hold where something else is expected. */
const ODD = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, 'null', 'unknown', '', 0, true, [], {}, [null], '{}')
)
function oddly(...likely: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom<unknown>(...likely) }, { weight: 1, arbitrary: ODD })
}

const TYPES = [...SETTINGS.failureTypes, 'user.lifecycle.suspend', 'user.session.start', 'reenroll.report']
const RESULTS = ['SUCCESS', 'FAILURE', 'DENY', 'UNKNOWN', 'ABANDONED', 'SKIPPED']
const DEBUG = fc.dictionary(
  fc.constantFrom(
    'factor',
    'requestUri',
    'behaviors',
    'risk',
    'tunnels',
    'proxyType',
    'threatSuspected',
    'factorIntent'
  ),
  oddly('OKTA_VERIFY_PUSH', '/idp/authenticators', 'true', '{New Device=POSITIVE}', 'CREDENTIAL_ENROLLMENT', 'E0000011')
)
const PERSON = fc.record({ id: oddly(USER.id, OWN_ID), type: oddly('User', 'SystemPrincipal'), alternateId: ODD })

/** Events whose every part may be missing or of the wrong kind. */
const EVENT = fc.record(
  {
    eventType: oddly(...TYPES),
    published: oddly(NOW),
    displayMessage: ODD,
    client: fc.oneof(ODD, fc.record({ id: oddly(OWN_ID, null), ipAddress: ODD, ipChain: ODD, userAgent: ODD })),
    device: fc.oneof(ODD, fc.record({ id: ODD, name: ODD, os_platform: oddly('IOS'), managed: ODD, jailbreak: ODD })),
    actor: fc.oneof(PERSON, ODD),
    outcome: fc.oneof(fc.record({ result: oddly(...RESULTS), reason: oddly('invalidToken', null) }), ODD),
    target: fc.oneof(fc.array(fc.oneof(PERSON, fc.constant(OKTA_VERIFY), ODD), { maxLength: 4 }), ODD),
    transaction: ODD,
    debugContext: fc.oneof(fc.record({ debugData: fc.oneof(DEBUG, ODD) }), ODD),
    securityContext: fc.oneof(fc.record({ isProxy: ODD, risk: ODD, userBehaviors: ODD, ipDetails: ODD }), ODD)
  },
  { requiredKeys: [] }
)
const SOURCE = fc.constantFrom('hook' as const, 'log' as const, 'report' as const)

t.test('whatever JSON comes, the classifier gives exactly one kind and never throws', async (t) => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.oneof(ODD, EVENT), SOURCE, fc.constantFrom(NOW, null), (raw, source, sentAt) => {
      const reading = classify(arrived(raw, { source, sentAt, publishedAt: NOW }))
      seen.add(reading.kind)
      // Plain data that survives being stored: nothing is undefined, no text is broken.
      if (!isDeepStrictEqual(JSON.parse(JSON.stringify(reading)), reading)) return false
      if (reading.kind === 'skipped') return SKIP_REASONS.includes(reading.why)
      if (reading.kind === 'failure') return CONFIDENCES.includes(reading.confidence)
      return reading.kind === 'recovery' || reading.kind === 'signal'
    }),
    { numRuns: 2_000 }
  )
  t.same([...seen].sort(), ['failure', 'recovery', 'signal', 'skipped'], 'the events reach every kind')
})

t.test('the same event reads the same every time', async () => {
  fc.assert(
    fc.property(EVENT, (raw) => {
      const [first, second] = [classify(arrived(raw)), classify(arrived(structuredClone(raw)))]
      return JSON.stringify(first) === JSON.stringify(second)
    })
  )
})

t.test('our own events never become anything but an echo', async () => {
  fc.assert(
    fc.property(EVENT, (raw) => {
      const reading = classify(arrived({ ...raw, actor: { id: OWN_ID } }))
      return reading.kind === 'skipped' && reading.why === 'own_echo'
    })
  )
})

t.test('only high and medium failures name Okta Verify in a stated failure', async () => {
  fc.assert(
    fc.property(EVENT, (raw) => {
      const reading = classify(arrived(raw))
      if (reading.kind !== 'failure' || reading.confidence === 'low') return true
      return reading.result !== null && (reading.confidence === 'high') === reading.invalidToken
    })
  )
})

t.test('whatever JSON comes as a body, the envelope is read or refused, and no event is lost', async () => {
  const events = fc.array(fc.oneof(ODD, fc.record({ uuid: fc.oneof(fc.uuid(), ODD), published: oddly(NOW) })))
  const body = fc.oneof(
    ODD,
    events.map((list) => envelope(list)),
    ODD.map((data) => envelope([], { data }))
  )
  fc.assert(
    fc.property(body, (value) => {
      const read = readEnvelope(value, JSON.stringify(value), { receivedAt: NOW })
      if (!read.ok) return read.fault.length > 0
      const { data } = value as { data: { events: unknown[] } }
      const places = [...read.delivery.events, ...read.delivery.unreadable].map(({ index }) => index)
      return places.length === data.events.length && new Set(places).size === places.length
    }),
    { numRuns: 1_000 }
  )
})

t.test('the deepest body that fits two mebibytes is read without recursion', async (t) => {
  const depth = 500_000
  const deep = (open: string, close: string) => JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`)
  for (const value of [deep('[', ']'), deep('{"a":', '}')]) {
    const raw = {
      eventType: 'user.mfa.factor.activate',
      target: value,
      client: value,
      debugContext: { debugData: { value } }
    }
    t.equal(classify(arrived({ ...raw, actor: value, securityContext: value, outcome: value })).kind, 'failure')
    t.equal(classify(arrived(value)).kind, 'skipped')
  }
})
