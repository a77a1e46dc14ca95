/** Push delivery of security events (RFC 8935), from a transmitter that follows the published specifications. */
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import type { TransmitterSettings } from '../../../src/config/settings/signals.ts'
import type { TelemetryEvent } from '../../../src/domain/telemetry-event.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../../src/domain/time.ts'
import { addSignalRoute, SIGNALS_PATH } from '../../../src/intake/ssf/endpoint.ts'
import { createSetReader } from '../../../src/intake/ssf/token.ts'
import { createLogger } from '../../../src/telemetry/logging.ts'
import { NOW } from '../build.ts'
import { hookWith } from '../hook/hook-with.ts'
import { AUDIENCE, CAEP, openTransmitter, RISC, SSF, sessionRevoked } from './transmitter.ts'

const ANNA = 'anna@example.com'

async function world(t: Test, over: Partial<TransmitterSettings> = {}, cooldownMs = 30 * SECOND_MS) {
  const transmitter = await openTransmitter(t, over)
  const transmitters = [transmitter.settings]
  const { app, memory, received } = hookWith(t)
  let logged = ''
  const write = (line: string) => {
    logged += line
  }
  const logger = createLogger({ level: 'debug', secrets: [], to: { write } })
  const outcomes: string[] = []
  const emit = (event: TelemetryEvent) => void (event.type === 'set' && outcomes.push(event.outcome))
  let elapsed = 0
  const reader = createSetReader({ transmitters, clock: () => NOW, cooldownMs, elapsedMs: () => elapsed })
  let isAway = false
  const receive: typeof memory.receive = (delivery) => {
    if (isAway) return Promise.reject(new Error('the disk is full'))
    received.push(delivery)
    return memory.receive(delivery)
  }
  addSignalRoute(app, { transmitters, reader, store: { receive }, clock: () => NOW, emit, logger })
  const post = async (body: string, headers: Readonly<Record<string, string>> = {}, from = '10.0.0.1') => {
    const type = { 'content-type': 'application/secevent+jwt' }
    const request = { url: SIGNALS_PATH, payload: body, headers: { ...type, ...headers }, remoteAddress: from }
    const answer = await app.inject({ method: 'POST', ...request })
    return { status: answer.statusCode, err: answer.body === '' ? null : answer.json().err, answer }
  }
  return {
    ...{ transmitter, post, received, outcomes, memory },
    logged: () => logged,
    wait(ms: number) {
      elapsed += ms
    },
    away(is: boolean) {
      isAway = is
    }
  }
}

t.test('an event is acknowledged once it is on disk; the same again changes nothing', async (t) => {
  const { transmitter, post, outcomes, memory, received, away, logged } = await world(t)
  const token = await transmitter.sign(NOW, sessionRevoked(ANNA, { event_timestamp: Date.parse(NOW) / 1_000 - 60 }))
  away(true)
  t.match(await post(token), { status: 503, answer: { headers: { 'retry-after': '30' } } }, 'not what is not on disk')
  away(false)
  const { status, answer } = await post(token)
  t.strictSame([status, answer.body], [202, ''])
  t.equal((await post(token)).status, 202, 'a replay is no new event')
  t.strictSame(outcomes, ['unavailable', 'stored', 'duplicate'])
  t.match(logged(), /the disk is full/)
  const [event, ...more] = await memory.claimEvents({ limit: 9, now: NOW, leaseMs: MINUTE_MS, holder: 'the test' })
  t.strictSame(more, [])
  t.match(event, { source: 'ssf', publishedAt: plus(NOW, -MINUTE_MS) })
  t.match(event?.raw, {
    eventType: 'caep.session-revoked:policy',
    target: [{ type: 'User', id: null, alternateId: ANNA }],
    actor: { alternateId: transmitter.issuer },
    outcome: { reason: 'Policy Violation: C076E822' }
  })
  t.match(received[0]?.envelopeId, /^ssf:[0-9a-f]{64}$/, 'found again without naming the person')
  t.strictSame(transmitter.asked, { configuration: 1, keys: 1 }, 'its keys are read once')
})

t.test('every published event is read', async (t) => {
  const { transmitter, post, received } = await world(t)
  const jane = { format: 'iss_sub', iss: 'https://idp.example.com/3456789/', sub: 'jane.smith@example.com' }
  const opaque = { format: 'opaque', id: 'dMTlD|1600802906337.16|16008.16' }
  const examples: readonly (readonly [object, string, object, string, string | null])[] = [
    [opaque, `${CAEP}/session-revoked`, { event_timestamp: 1615304991 }, 'caep.session-revoked', opaque.id],
    [
      jane,
      `${CAEP}/credential-change`,
      { credential_type: 'fido2-roaming', change_type: 'create', initiating_entity: 'user' },
      'caep.credential-change',
      jane.sub
    ],
    [
      jane,
      `${CAEP}/assurance-level-change`,
      { namespace: 'NIST-AAL', current_level: 'nist-aal2', change_direction: 'increase' },
      'caep.assurance-level-change:increase',
      jane.sub
    ],
    [
      { format: 'complex', device: { ...jane, sub: 'e9297990' }, tenant: { format: 'opaque', id: '123456789' } },
      `${CAEP}/device-compliance-change`,
      { current_status: 'not-compliant', previous_status: 'compliant', initiating_entity: 'policy' },
      'caep.device-compliance-change:not-compliant',
      null
    ],
    [
      { ...jane, sub: 'jane.doe@example.com' },
      `${CAEP}/risk-level-change`,
      { current_level: 'HIGH', principal: 'USER', risk_reason: 'PASSWORD_FOUND_IN_DATA_BREACH' },
      'caep.risk-level-change:high',
      'jane.doe@example.com'
    ],
    [
      { format: 'email', email: 'foo@example.com' },
      `${RISC}/account-disabled`,
      { reason: 'hijacking' },
      'risc.account-disabled',
      'foo@example.com'
    ],
    [jane, `${RISC}/account-credential-change-required`, {}, 'risc.account-credential-change-required', jane.sub],
    [jane, `${RISC}/credential-compromise`, { credential_type: 'password' }, 'risc.credential-compromise', jane.sub],
    [
      {
        format: 'aliases',
        identifiers: [
          { format: 'phone_number', phone_number: '+1 206 555 0123' },
          { format: 'account', uri: 'acct:foo@example.com' }
        ]
      },
      `${RISC}/sessions-revoked`,
      {},
      'risc.sessions-revoked',
      'foo@example.com'
    ],
    [
      { subject_type: 'iss-sub', iss: 'https://accounts.google.com', sub: '7375626A656374' },
      `${RISC}/recovery-activated`,
      {},
      'risc.recovery-activated',
      '7375626A656374'
    ]
  ]
  for (const [sub_id, uri, event, type, user] of examples) {
    received.length = 0
    t.equal((await post(await transmitter.sign(NOW, { sub_id, events: { [uri]: event } }))).status, 202, type)
    const [read] = JSON.parse(String(received[0]?.body)).data.events
    t.strictSame([read.eventType, read.target[0]?.alternateId ?? null], [type, user])
  }
  const older = { events: { [`${RISC}/account-purged`]: { subject: { format: 'email', email: ANNA } } } }
  await post(await transmitter.sign(NOW, older))
  t.match(received.at(-1)?.body, /anna@example/, 'the subject in the event is the older form')
})

t.test('verification, streams and events that no guard knows are acknowledged and change nothing', async (t) => {
  const { transmitter, post, outcomes, received, logged } = await world(t, {
    state: 'VGhpcyBpcyBhbiBleGFtcGxlIHN0YXRlIHZhbHVlLgo=',
    events: ['caep.session-revoked']
  })
  const sub_id = { format: 'opaque', id: 'f67e39a0a4d34d56b3aa1bc4cff0069f' }
  const send = async (uri: string, event: object) =>
    (await post(await transmitter.sign(NOW, { sub_id, events: { [uri]: event } }))).err
  t.equal(await send(`${SSF}/verification`, { state: transmitter.settings.state }), null)
  t.equal(await send(`${SSF}/verification`, { state: 'another' }), 'invalid_state')
  t.equal(await send(`${SSF}/stream-updated`, { status: 'paused', reason: 'Internal error' }), null)
  t.equal(await send(`${CAEP}/session-established`, {}), null)
  t.equal(await send(`${RISC}/account-disabled`, {}), null, 'not one of those that were chosen')
  t.equal(await send('https://example.com/another', {}), null)
  t.strictSame(outcomes, ['verified', 'invalid_state', 'stream_updated', 'ignored', 'ignored', 'ignored'])
  t.match(logged(), /"status":"paused","msg":"stream of security events changed"/)
  t.strictSame(received, [])
})

t.test('what is not proved to be a security event for us, made lately, is refused by its code', async (t) => {
  const { transmitter, post, received, logged } = await world(t)
  const other = await openTransmitter(t)
  const good = sessionRevoked(ANNA)
  const sign = (claims: object, header: object = {}) => transmitter.sign(NOW, { ...good, ...claims }, { ...header })
  const strange = await transmitter.newKey()
  const own = await transmitter.sign(NOW, good)
  const [head = '', claims = '', signature = ''] = own.split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const kid = JSON.parse(Buffer.from(head, 'base64url').toString()).kid
  const seconds = (ms: number) => Math.floor(Date.parse(plus(NOW, ms)) / 1_000)
  const refusals: Readonly<Record<string, readonly [string, string]>> = {
    'another audience': ['invalid_audience', await sign({ aud: 'https://sp.example.net/caep' })],
    'a list of others as audience': [
      'invalid_audience',
      await sign({ aud: [`${AUDIENCE}/`, 'https://sp.example.net'] })
    ],
    'several issuers': ['invalid_issuer', await sign({ iss: [transmitter.issuer] })],
    'no audience': ['invalid_audience', await sign({ aud: undefined })],
    'an issuer that nobody set up': ['invalid_issuer', await other.sign(NOW, good)],
    'our issuer, by the key of another': ['authentication_failed', await transmitter.sign(NOW, good, { kid }, strange)],
    'a key that comes along': [
      'authentication_failed',
      await transmitter.sign(
        NOW,
        good,
        { kid, jwk: strange.jwk, jku: `${other.issuer}jwks.json`, x5u: other.issuer },
        strange
      )
    ],
    'a key that nobody published': ['invalid_key', await transmitter.sign(NOW, good, {}, strange)],
    'no signature': ['invalid_key', `${encode({ alg: 'none', typ: 'secevent+jwt' })}.${claims}.`],
    'our public key as a secret': [
      'invalid_key',
      await new SignJWT({ iss: transmitter.issuer, aud: AUDIENCE, iat: seconds(0), jti: 'h', ...good })
        .setProtectedHeader({ alg: 'HS256', typ: 'secevent+jwt', kid })
        .sign(Buffer.from(JSON.stringify(await transmitter.published())))
    ],
    'a shared secret': ['invalid_key', `${encode({ alg: 'HS256', typ: 'secevent+jwt', kid })}.${claims}.${signature}`],
    'changed claims': [
      'authentication_failed',
      `${head}.${encode({ iss: transmitter.issuer, aud: AUDIENCE, ...good })}.${signature}`
    ],
    'an id token': ['invalid_request', await sign({}, { typ: 'JWT' })],
    'no type': ['invalid_request', await sign({}, { typ: undefined })],
    'a subject in "sub"': ['invalid_request', await sign({ sub: ANNA })],
    'an end': ['invalid_request', await sign({ exp: seconds(HOUR_MS) })],
    'an end in the past': ['invalid_request', await sign({ exp: seconds(-HOUR_MS) })],
    'no jti': ['invalid_request', await sign({ jti: undefined })],
    'a number as jti': ['invalid_request', await sign({ jti: 7 })],
    'no time': ['invalid_request', await sign({ iat: undefined })],
    'of tomorrow': ['invalid_request', await sign({ iat: seconds(DAY_MS) })],
    'of last week': ['invalid_request', await sign({ iat: seconds(-8 * DAY_MS) })],
    'no events': ['invalid_request', await sign({ events: undefined })],
    'an empty list of events': ['invalid_request', await sign({ events: {} })],
    'an extension that must be understood': [
      'invalid_key',
      `${encode({ alg: 'ES256', typ: 'secevent+jwt', kid, crit: ['x'], x: 1 })}.${claims}.${signature}`
    ],
    'not a token': ['invalid_request', 'not a token'],
    nothing: ['invalid_request', ''],
    'nested without end': [
      'invalid_request',
      `${head}.${Buffer.from(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`).toString('base64url')}.${signature}`
    ],
    'far too large': ['invalid_request', 'a'.repeat(70_000)]
  }
  let n = 0
  for (const [name, [err, token]] of Object.entries(refusals)) {
    const { status, answer } = await post(token, {}, `10.0.1.${n++}`)
    t.strictSame([status, answer.statusCode === 400 && answer.json().err], [400, err], name)
    t.match(answer, { headers: { 'content-type': /application\/json/, 'content-language': 'en' } })
    t.ok(answer.json().description, name)
  }
  t.match(await post(own, { 'content-type': 'application/json' }, '10.0.2.1'), { status: 400, err: 'invalid_request' })
  t.strictSame(received, [], 'none is stored')
  t.strictSame(other.asked, { configuration: 0, keys: 0 }, 'no address of a token is asked')
  t.notMatch(logged(), /anna@/)
  t.equal((await post(own, {}, '10.0.2.2')).status, 202, 'the same token, as it was made')
  const among = await sign({ aud: ['https://sp.example.net', AUDIENCE] })
  t.equal((await post(among, {}, '10.0.2.3')).status, 202, 'we are one of its audience')
})

t.test('a new key is found at once, and a flood of unknown ones asks nobody', async (t) => {
  const { transmitter, post } = await world(t, {}, 0)
  const old = await transmitter.sign(NOW, sessionRevoked(ANNA))
  t.equal((await post(old)).status, 202)
  await transmitter.rotate()
  t.equal((await post(await transmitter.sign(NOW, sessionRevoked(ANNA)))).status, 202, 'signed with the new key')
  t.equal((await post(old)).err, 'invalid_key', 'the old one is gone')

  const flooded = await world(t, { authorization: 'Bearer a-header-of-the-transmitter-0a1b' })
  const headers = { authorization: 'Bearer a-header-of-the-transmitter-0a1b' }
  for (let n = 0; n < 60; n++) {
    const unknown = await flooded.transmitter.sign(NOW, sessionRevoked(ANNA), { kid: `unknown-${n}` })
    t.equal((await flooded.post(unknown, headers)).err, 'invalid_key', 'never limited: the header is right')
  }
  t.strictSame(flooded.transmitter.asked, { configuration: 1, keys: 1 })
})

t.test('a hundred false tokens at once, before anything is known of the keys, ask the transmitter once', async (t) => {
  const { transmitter, post } = await world(t)
  const strange = await transmitter.newKey()
  const flood = async (status: number) => {
    const tokens = Array.from({ length: 100 }, () => transmitter.sign(NOW, sessionRevoked(ANNA), {}, strange))
    const answers = await Promise.all(
      tokens.map(async (token, n) => (await post(await token, {}, `10.1.0.${n}`)).status)
    )
    t.strictSame([...new Set(answers)], [status])
  }
  transmitter.fail(500)
  await flood(503)
  t.strictSame(transmitter.asked, { configuration: 1, keys: 0 }, 'while it fails')
  const other = await world(t)
  const tokens = Array.from({ length: 100 }, () => other.transmitter.sign(NOW, sessionRevoked(ANNA), {}, strange))
  await Promise.all(tokens.map(async (token, n) => other.post(await token, {}, `10.2.0.${n}`)))
  t.strictSame(other.transmitter.asked, { configuration: 1, keys: 1 })
})

t.test('a user named in several ways is found by the way that can name somebody here', async (t) => {
  const { transmitter, post, received } = await world(t)
  const vendors = { format: 'iss_sub', iss: 'https://vendor.example/', sub: '7375626A656374' }
  const mail = { format: 'email', email: ANNA }
  const id = { format: 'opaque', id: '00u7zXRk9fcsiaiEvJd7' }
  const ways: readonly (readonly [string, object, string | null])[] = [
    ['their own id first', { format: 'aliases', identifiers: [vendors, mail] }, ANNA],
    ['Okta’s id last', { format: 'aliases', identifiers: [vendors, mail, id] }, id.id],
    ['nothing but their own id', { format: 'aliases', identifiers: [vendors] }, vendors.sub],
    ['as a part of a whole', { format: 'complex', user: { format: 'aliases', identifiers: [vendors, mail] } }, ANNA],
    ['a number and a DID', { format: 'aliases', identifiers: [{ format: 'did', url: 'did:example:1' }, mail] }, ANNA],
    ['an address with a scheme', { format: 'uri', uri: `mailto:${ANNA}` }, ANNA],
    ['an account as an address', { format: 'uri', uri: `acct:${ANNA}` }, ANNA],
    ['the page of somebody', { format: 'uri', uri: 'https://example.com/anna' }, null],
    ['a group', { format: 'complex', group: mail, tenant: id }, null]
  ]
  for (const [name, sub_id, user] of ways) {
    received.length = 0
    const events = { [`${CAEP}/session-revoked`]: {} }
    t.equal((await post(await transmitter.sign(NOW, { sub_id, events }))).status, 202, name)
    const [target] = JSON.parse(String(received[0]?.body ?? '{}')).data.events[0].target
    t.equal(target?.id ?? target?.alternateId ?? null, user, name)
  }
})

t.test('while its keys cannot be read, the transmitter is asked to come again', async (t) => {
  const { transmitter, post, wait, outcomes } = await world(t)
  const token = await transmitter.sign(NOW, sessionRevoked(ANNA))
  transmitter.fail(500)
  for (let n = 0; n < 5; n++) t.equal((await post(token)).status, 503)
  t.equal(transmitter.asked.configuration, 1, 'and is not asked for ten seconds')
  transmitter.fail(null)
  wait(11 * SECOND_MS)
  t.equal((await post(token)).status, 202)
  t.equal(outcomes.at(-1), 'stored')
})

t.test('while its keys cannot be read, tokens with known keys are taken all the same', async (t) => {
  const { transmitter, post } = await world(t, {}, 0)
  t.equal((await post(await transmitter.sign(NOW, sessionRevoked(ANNA)))).status, 202)
  transmitter.fail(500)
  const before = transmitter.asked.keys
  const unknown = await transmitter.sign(NOW, sessionRevoked(ANNA), { kid: 'unknown' })
  for (let n = 0; n < 5; n++) t.equal((await post(unknown)).status, 503, 'it may be a new key')
  t.equal(transmitter.asked.keys, before + 1, 'asked once in ten seconds')
  t.equal((await post(await transmitter.sign(NOW, sessionRevoked(ANNA)))).status, 202)
})

t.test(
  'a caller without the header is refused before the body, then slowed down; the transmitter is not',
  async (t) => {
    const { transmitter, post, outcomes } = await world(t, { authorization: 'Bearer a-header-of-the-transmitter-0a1b' })
    const right = { authorization: 'Bearer a-header-of-the-transmitter-0a1b' }
    const token = await transmitter.sign(NOW, sessionRevoked(ANNA))
    const answers = []
    for (let n = 0; n < 40; n++) answers.push((await post(token, { authorization: 'Bearer no' })).status)
    t.strictSame([...new Set(answers)], [400, 429])
    t.strictSame(transmitter.asked, { configuration: 0, keys: 0 })
    t.equal((await post(token, right)).status, 202, 'from the same address')
    t.strictSame([...new Set(outcomes)], ['authentication_failed', 'rate_limited', 'stored'])
  }
)
