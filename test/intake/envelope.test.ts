import t from 'tap'
import { parseJson } from '../../src/domain/json.ts'
import { readEnvelope } from '../../src/intake/envelope.ts'
import { logDelivery } from '../../src/intake/system-log.ts'
import { anEvent, envelope, NOW } from './build.ts'

const RECEIVED = '2026-06-15T14:03:13.000Z'

function open(body: unknown) {
  return readEnvelope(body, JSON.stringify(body) ?? '', { receivedAt: RECEIVED })
}
function delivery(body: unknown) {
  const read = open(body)
  if (!read.ok) throw new Error(read.fault)
  return read.delivery
}

t.test('an envelope becomes a delivery with its raw text and the place of each event', async (t) => {
  const body = envelope([anEvent({ uuid: 'one' }), anEvent({ uuid: 'two' })])
  t.same(delivery(body), {
    source: 'hook',
    envelopeId: 'a32e9b89-52fb-4eff-a779-f1b6af47e525',
    hookId: 'who1evthookEXAMPL0d7',
    sentAt: NOW,
    receivedAt: RECEIVED,
    body: JSON.stringify(body),
    events: [
      { uuid: 'one', index: 0, publishedAt: '2026-06-15T14:03:11.000Z' },
      { uuid: 'two', index: 1, publishedAt: '2026-06-15T14:03:11.000Z' }
    ],
    unreadable: []
  })
})

t.test('old spellings and missing optional fields are tolerated', async (t) => {
  const old = {
    eventType: 'com.okta.event_hook',
    eventTypesVersion: '1.0',
    cloudEventVersion: '0.1',
    eventID: 'beta-id',
    data: { events: [] }
  }
  t.match(delivery(old), { envelopeId: 'beta-id', hookId: null, sentAt: null, events: [], unreadable: [] })
})

t.test('times are read with 3, 6 or 9 digits, and without any the time of arrival stands in', async (t) => {
  for (const [eventTime, expected] of [
    ['2025-10-10T11:36:46.282226397Z', '2025-10-10T11:36:46.282Z'],
    ['2025-10-10T11:36:46.282226Z', '2025-10-10T11:36:46.282Z'],
    ['2025-10-10T11:36:46Z', '2025-10-10T11:36:46.000Z'],
    ['2025-10-10T13:36:46+02:00', '2025-10-10T11:36:46.000Z'],
    ['soon', null],
    [1_700_000_000, null]
  ]) {
    t.equal(delivery(envelope([], { eventTime })).sentAt, expected)
  }
  const events = [
    anEvent({ uuid: 'a', published: '2025-10-10T11:36:46.282226397Z' }),
    anEvent({ uuid: 'b', published: null })
  ]
  t.same(
    delivery(envelope(events)).events.map((event) => event.publishedAt),
    ['2025-10-10T11:36:46.282Z', RECEIVED]
  )
})

t.test('identifiers that nobody could store or show are left out', async (t) => {
  for (const over of [{ eventId: 7 }, { eventId: 'a\u0000b' }, { eventId: 'x'.repeat(200) }, { eventId: '' }]) {
    t.equal(delivery(envelope([], over)).envelopeId, null)
  }
  for (const source of [null, 7, 'https://id.example.com', 'https://id.example.com/api/v1/eventHooks/']) {
    t.equal(delivery(envelope([], { source })).hookId, null)
  }
})

t.test('a wrong envelope is refused in a sentence that names the field', async (t) => {
  const rows: [unknown, RegExp][] = [
    [null, /^The body is not a JSON object/],
    [undefined, /^The body is not a JSON object/],
    [[], /^The body is not a JSON object/],
    ['text', /^The body is not a JSON object/],
    [{}, /^eventType is missing; it must be "com\.okta\.event_hook"/],
    [{ eventType: null, data: { events: [] } }, /^eventType is missing/],
    [envelope([], { eventType: 'com.okta.oauth2.tokens.transform' }), /^eventType is "com\.okta\.oauth2/],
    [envelope([], { eventType: '' }), /^eventType is "";/],
    [envelope([], { eventType: 'x'.repeat(5_000) }), /^eventType is "x{60}";/],
    [envelope([], { data: undefined }), /^data is missing or no object/],
    [envelope([], { data: null }), /^data is missing or no object/],
    [envelope([], { data: [] }), /^data is missing or no object/],
    [envelope(undefined), /^data\.events is missing or no list/],
    [envelope(null), /^data\.events is missing or no list/],
    [envelope({}), /^data\.events is missing or no list/],
    [envelope('[]'), /^data\.events is missing or no list/]
  ]
  for (const [body, expected] of rows) {
    const read = open(body)
    t.match(read.ok ? 'accepted' : read.fault, expected)
  }
})

t.test('an event that cannot be read never harms its neighbours', async (t) => {
  const events = [
    anEvent({ uuid: 'good' }),
    null,
    7,
    'text',
    [],
    {},
    { uuid: null },
    { uuid: '' },
    { uuid: 'with space' },
    { uuid: 'x'.repeat(129) },
    anEvent({ uuid: 'good' }),
    anEvent({ uuid: 'last' })
  ]
  const { events: readable, unreadable } = delivery(envelope(events))
  t.same(
    readable.map(({ uuid, index }) => [uuid, index]),
    [
      ['good', 0],
      ['good', 10],
      ['last', 11]
    ],
    'the same uuid twice is for the store to notice'
  )
  t.same(
    unreadable.map(({ index, why }) => `${index} ${why}`),
    [
      '1 it is null',
      '2 it is not an object',
      '3 it is not an object',
      '4 it is not an object',
      '5 it has no uuid',
      '6 it has no uuid',
      '7 its uuid is not 1 to 128 visible characters',
      '8 its uuid is not 1 to 128 visible characters',
      '9 its uuid is not 1 to 128 visible characters'
    ]
  )
})

t.test('100,000 events are one pass', async (t) => {
  const many = delivery(envelope(Array.from({ length: 100_000 }, (_, n) => ({ uuid: String(n) }))))
  t.equal(many.events.length, 100_000)
})

t.test('an event of a shape that Okta never sends becomes a dead letter, and its neighbours are kept', async (t) => {
  const deep = JSON.parse(`${'['.repeat(400_000)}${']'.repeat(400_000)}`)
  const wide = Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`key${n}`, n]))
  const entries = [
    anEvent({ uuid: 'good' }),
    anEvent({ uuid: 'deep', debugContext: deep }),
    anEvent({ uuid: 'wide', debugContext: wide })
  ]
  const unreadable = [
    { index: 1, why: 'it is nested deeper than 32 levels' },
    { index: 2, why: 'it has more than 20000 values' }
  ]
  const body = { eventType: 'com.okta.event_hook', data: { events: entries } }
  const read = readEnvelope(body, 'as it was sent', { receivedAt: RECEIVED })
  t.match(read, { delivery: { events: [{ uuid: 'good' }], unreadable } })
  const ofLog = logDelivery(entries, RECEIVED)
  t.match(ofLog, { events: [{ uuid: 'good' }], unreadable })
  t.match(JSON.parse(String(ofLog.body)), { data: { events: [{ uuid: 'good' }, null, null] } })
  t.equal(parseJson(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`), undefined, 'nor is such a webhook read')
})
