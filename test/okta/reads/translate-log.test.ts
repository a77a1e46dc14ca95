import t from 'tap'
import { toLogEntries } from '../../../src/okta/reads/translate-log.ts'

const BARE = { uuid: 'u1', published: '2026-06-15T14:00:00.123456789Z', eventType: 'user.lifecycle.suspend' }

/** The entry with these fields, translated. */
function entry(fields: object) {
  const entries = toLogEntries([{ ...BARE, ...fields }])
  if (!entries?.[0]) throw new Error('not read')
  return entries[0]
}
const debug = (debugData: object) => entry({ debugContext: { debugData } })

t.test('an entry with everything', async (t) => {
  const read = entry({
    actor: { id: '00a1', type: 'User', alternateId: 'admin@example.com', displayName: 'Ada Admin' },
    client: { ipAddress: '203.0.113.7', geographicalContext: { country: 'Netherlands' } },
    outcome: { result: 'SUCCESS', reason: 'routine' },
    target: [{ id: '00u1', type: 'User' }, { type: 'odd' }, null, { id: 'guo1' }],
    transaction: { type: 'JOB' },
    debugContext: { debugData: { factorIntent: 'CREDENTIAL_ENROLLMENT' } }
  })
  t.strictSame(read, {
    uuid: 'u1',
    eventType: 'user.lifecycle.suspend',
    at: '2026-06-15T14:00:00.123Z',
    result: 'SUCCESS',
    reason: 'routine',
    actorId: '00a1',
    actorType: 'User',
    actorLogin: 'admin@example.com',
    actorName: 'Ada Admin',
    transactionType: 'JOB',
    ip: '203.0.113.7',
    country: 'Netherlands',
    targetIds: ['00u1', 'guo1'],
    factorIntent: 'CREDENTIAL_ENROLLMENT',
    changedAttributes: null,
    isOktaVerify: false,
    threat: false
  })
})

t.test(
  'the sparse shapes of real logs are read; what has no id, type or time makes the answer unreadable',
  async (t) => {
    t.match(entry({ target: null, client: { ipChain: [] }, securityContext: {}, actor: null }), {
      targetIds: [],
      ip: null
    })
    for (const missing of ['uuid', 'published', 'eventType']) {
      t.equal(toLogEntries([BARE, { ...BARE, [missing]: null }]), null, missing)
    }
    t.equal(toLogEntries([{ ...BARE, published: 'yesterday' }]), null)
    t.strictSame(toLogEntries([]), [])
    t.equal(toLogEntries({ errorCode: 'E1' }), null)
  }
)

t.test('Okta Verify is recognised by target, factor, reason, request or type', async (t) => {
  t.equal(entry({ target: [{ displayName: 'Okta Verify for work' }] }).isOktaVerify, true)
  t.equal(entry({ target: [{ displayName: 'My Okta Verify' }] }).isOktaVerify, false)
  t.equal(entry({ outcome: { reason: 'User set up OKTA_VERIFY_PUSH factor' } }).isOktaVerify, true)
  t.equal(entry({ outcome: { reason: 'User set up EMAIL_FACTOR factor' } }).isOktaVerify, false)
  for (const factor of ['SIGNED_NONCE', 'OKTA_SOFT_TOKEN', 'SOFT_TOKEN']) t.equal(debug({ factor }).isOktaVerify, true)
  t.equal(debug({ factor: 'MICROSOFT_TOKEN' }).isOktaVerify, false)
  t.equal(debug({ authenticatorKey: 'okta_verify' }).isOktaVerify, true)
  t.equal(debug({ requestUri: '/idp/authenticators' }).isOktaVerify, true)
  t.equal(debug({ requestUri: '/idp/myaccount/app-authenticators' }).isOktaVerify, true)
  t.equal(debug({ requestUri: '/api/v1/authn' }).isOktaVerify, false)
  t.equal(entry({ eventType: 'device.user.add' }).isOktaVerify, true)
})

t.test('a threat, proxy or anonymiser is seen in every field that may tell of one', async (t) => {
  t.equal(entry({ securityContext: { isProxy: true } }).threat, true)
  t.equal(entry({ securityContext: { isProxy: false, ipDetails: { ipServiceCategories: [] } } }).threat, false)
  const services = [
    { type: 'VPN', isAnonymous: false },
    { type: 'Tor', isAnonymous: true }
  ]
  t.equal(entry({ securityContext: { ipDetails: { ipServiceCategories: services } } }).threat, true)
  t.equal(entry({ securityContext: { ipDetails: { ipServiceCategories: services.slice(0, 1) } } }).threat, false)
  t.equal(debug({ threatSuspected: 'true' }).threat, true)
  t.equal(debug({ threatSuspected: true }).threat, true)
  t.equal(debug({ threatDetections: '{Password Spray=HIGH}' }).threat, true)
  t.equal(debug({ proxyType: 'tor' }).threat, true)
  t.equal(debug({ tunnels: '[{"type":"VPN"}]' }).threat, true)
  t.equal(debug({ tunnels: [{ type: 'VPN' }] }).threat, true)
  t.equal(debug({ associatedProxies: { a: 1 } }).threat, true)
  t.equal(debug({ anonymizerStatus: 'ANONYMIZER' }).threat, true)
})

t.test('words that deny a threat, or say nothing, are no threat', async (t) => {
  for (const word of ['false', '', ' ', 'null', 'none', 'NO', 'not_anonymizer', '{}', '[ ]', 'unknown', '0']) {
    t.equal(debug({ threatSuspected: word, threatDetections: word, anonymizerStatus: word }).threat, false, `"${word}"`)
  }
  t.equal(debug({ threatSuspected: false, tunnels: [], associatedProxies: {}, proxyType: null }).threat, false)
})

t.test('a company’s own VPN hides nobody, and ThreatInsight’s own event is a threat by itself', async (t) => {
  t.equal(debug({ tunnels: '[{"anonymous":false,"operator":"Acme","type":"VPN"}]' }).threat, false)
  t.equal(debug({ tunnels: '[{"anonymous":true,"operator":"Other","type":"VPN"}]' }).threat, true)
  t.equal(debug({ tunnels: '[{"anonymous":false,"type":"TOR"}]' }).threat, true)
  t.equal(entry({ securityContext: { ipDetails: { ipServiceCategories: [{ type: 'PROXY' }] } } }).threat, true)
  t.equal(entry({ eventType: 'security.threat.detected' }).threat, true)
})
