import t from 'tap'
import type { EventContext } from '../../../src/domain/vocabulary.ts'
import { anEvent, readFailure, withDebug } from '../build.ts'

function contextOf(over: Record<string, unknown>): EventContext {
  return readFailure(anEvent(over)).context
}
function withDebugData(debugData: Record<string, unknown>, securityContext: unknown = {}): EventContext {
  return readFailure(withDebug(debugData, { securityContext })).context
}

t.test('place and network are found in hook form and in System Log form', async (t) => {
  const hop = { ip: '198.51.100.7', geographicalContext: { country: 'Norway' } }
  const place = { geographicalContext: { country: 'Chile', postalCode: 10013 } }
  const rows: [Record<string, unknown>, Partial<EventContext>][] = [
    [{ client: { ipAddress: '192.0.2.1', ...place } }, { ip: '192.0.2.1', country: 'Chile' }],
    [{ client: { ipChain: [hop] } }, { ip: '198.51.100.7', country: 'Norway' }],
    [
      { client: null, request: { ipChain: [hop] } },
      { ip: '198.51.100.7', country: 'Norway' }
    ],
    [{ client: { ipAddress: '192.0.2.1', ipChain: [hop] } }, { ip: '192.0.2.1', country: 'Norway' }],
    [{ client: { ipChain: [] } }, { ip: null, country: null }],
    [{ client: 'null' }, { ip: null, country: null }],
    [{ securityContext: { asNumber: 64496 } }, { asNumber: 64496 }],
    [{ securityContext: { asNumber: '64496' } }, { asNumber: 64496 }],
    [{ securityContext: { ipDetails: { asNumber: 64511 } } }, { asNumber: 64511 }],
    [{ securityContext: { asNumber: -1 } }, { asNumber: null }],
    [{ securityContext: { asNumber: Number.NaN } }, { asNumber: null }],
    [{ securityContext: null }, { asNumber: null }]
  ]
  for (const [over, expected] of rows) t.match(contextOf(over), expected, JSON.stringify(over))
})

t.test('an anonymiser is seen by any field that says so; only isProxy false denies it', async (t) => {
  const vpn = '[{"operator":"CORP","type":"VPN","anonymous":false}]'
  const hidden = '[{"operator":"EXAMPLE_VPN","type":"VPN","anonymous":true}]'
  const category = (over: Record<string, unknown>) => ({ ipDetails: { ipServiceCategories: [over] } })
  const rows: [Record<string, unknown>, unknown, EventContext['anonymizer']][] = [
    [{}, { isProxy: true }, 'yes'],
    [{}, { isProxy: 'true' }, 'yes'],
    [{}, { isProxy: false }, 'no'],
    [{}, { isProxy: null }, 'unknown'],
    [{}, {}, 'unknown'],
    [{}, category({ isAnonymous: true, type: 'VPN' }), 'yes'],
    [{}, { isProxy: false, ...category({ isAnonymous: false, type: 'Tor' }) }, 'yes'],
    [{}, { isProxy: false, ...category({ type: 'VPN' }) }, 'yes'],
    [{}, { isProxy: false, ...category({ isAnonymous: false, type: 'VPN' }) }, 'no'],
    [{}, { isProxy: false, ...category({ isAnonymous: false }) }, 'no'],
    [{ proxyType: 'tor' }, { isProxy: false }, 'yes'],
    [{ proxyType: 'null' }, { isProxy: false }, 'no'],
    [{ associatedProxies: '[residential]' }, { isProxy: false }, 'yes'],
    [{ associatedProxies: '[]' }, { isProxy: false }, 'no'],
    [{ anonymizerStatus: 'ACTIVE' }, { isProxy: false }, 'yes'],
    [{ anonymizerStatus: 'NOT_ANONYMIZER' }, { isProxy: false }, 'no'],
    [{ anonymizerStatus: 'inactive' }, {}, 'unknown'],
    [{ tunnels: hidden }, { isProxy: false }, 'yes'],
    [{ tunnels: vpn }, { isProxy: false }, 'no'],
    [{ tunnels: `${vpn.slice(0, -1)},${hidden.slice(1)}` }, { isProxy: false }, 'yes'],
    [{ tunnels: 'something new' }, { isProxy: false }, 'yes'],
    [{ tunnels: [{ type: 'VPN', anonymous: false }] }, { isProxy: false }, 'no'],
    [{ tunnels: [{ type: 'VPN', anonymous: true }] }, { isProxy: false }, 'yes'],
    [{ tunnels: [{ type: 'Tor', anonymous: false }] }, { isProxy: false }, 'yes']
  ]
  for (const [debug, security, expected] of rows) {
    t.equal(withDebugData(debug, security).anonymizer, expected, JSON.stringify([debug, security]))
  }
})

t.test('a threat is suspected, denied or not mentioned', async (t) => {
  const rows: [Record<string, unknown>, EventContext['threat']][] = [
    [{ threatSuspected: 'true' }, 'yes'],
    [{ threatSuspected: true }, 'yes'],
    [{ threatSuspected: 'false' }, 'no'],
    [{ threatSuspected: 'false', threatDetections: '{Password Spray=HIGH}' }, 'yes'],
    [{ threatSuspected: 'false', threatDetections: { 'Password Spray': 'HIGH' } }, 'yes'],
    [{ threatSuspected: 'false', threatDetections: '{}' }, 'no'],
    [{ threatSuspected: 'perhaps' }, 'unknown'],
    [{}, 'unknown']
  ]
  for (const [debug, expected] of rows) t.equal(withDebugData(debug).threat, expected, JSON.stringify(debug))
})

t.test('one positive behaviour is unusual; no needs all of them negative', async (t) => {
  const judged = (...results: unknown[]) => ({
    userBehaviors: results.map((result) => ({ name: 'New Device', result }))
  })
  const rows: [unknown, unknown, EventContext['unusual']][] = [
    ['{New Device=POSITIVE, New Country=NEGATIVE}', {}, 'yes'],
    ['{New Device=NEGATIVE, New Country=NEGATIVE}', {}, 'no'],
    ['{New Device=NEGATIVE, Velocity=UNKNOWN}', {}, 'unknown'],
    ['{New Device=BAD_REQUEST}', {}, 'unknown'],
    ['{"New Device":"POSITIVE"}', {}, 'yes'],
    [{ 'New Device': 'NEGATIVE', Velocity: 'POSITIVE' }, {}, 'yes'],
    ['{}', {}, 'unknown'],
    [null, judged('POSITIVE', 'NEGATIVE'), 'yes'],
    [null, judged('NEGATIVE', 'NEGATIVE'), 'no'],
    [null, judged('NEGATIVE', 'UNKNOWN'), 'unknown'],
    [null, judged('NEGATIVE', null), 'unknown'],
    [null, { userBehaviors: 'none' }, 'unknown'],
    ['{New Device=POSITIVE}', judged('NEGATIVE'), 'yes'],
    ['{New Device=NEGATIVE}', judged('positive'), 'yes']
  ]
  for (const [behaviors, security, expected] of rows) {
    t.equal(withDebugData({ behaviors }, security).unusual, expected, JSON.stringify([behaviors, security]))
  }
})

t.test('the highest risk that anything names counts', async (t) => {
  const rows: [unknown, unknown, EventContext['risk']][] = [
    ['{reasons=Anomalous Location, Anomalous Device, level=HIGH}', {}, 'HIGH'],
    ['{level=LOW}', { risk: { level: 'MEDIUM' } }, 'MEDIUM'],
    ['{level=HIGH}', { risk: { level: 'LOW' } }, 'HIGH'],
    [null, { risk: { level: 'low' } }, 'LOW'],
    [null, { risk: { level: 'NONE' } }, 'unknown'],
    [null, { risk: 'HIGH' }, 'unknown'],
    [{ level: 'MEDIUM', reasons: ['Anomalous Device'] }, null, 'MEDIUM'],
    ['nonsense', {}, 'unknown']
  ]
  for (const [risk, security, expected] of rows) {
    t.equal(withDebugData({ risk }, security).risk, expected, JSON.stringify([risk, security]))
  }
})

t.test('debug data of any depth is read within bounds', async (t) => {
  const context = withDebugData({
    behaviors: { a: { b: { c: 'POSITIVE' } } },
    tunnels: [[['x']]],
    flag: true,
    no: null
  })
  t.equal(context.unusual, 'unknown')
  t.equal(context.anonymizer, 'yes', 'a tunnel of a shape that nobody knows counts as hiding')
})

t.test('the app version comes from the app alone', async (t) => {
  const agent = (rawUserAgent: unknown) => contextOf({ client: { userAgent: { rawUserAgent } } }).appVersion
  t.equal(agent('EXAMPLETEAM.com.okta.mobile/9.32.0 DeviceAuthenticator/1.2.4 iOS/18.5 Apple/iPhone14,5'), '9.32.0')
  t.equal(agent('Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15'), null)
  t.equal(agent(null), null)
})
