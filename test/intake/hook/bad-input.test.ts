/** The table of bad input: each has its answer, none a 5xx or a stack trace, and no good event is lost beside a bad one. */
import type { InjectOptions } from 'fastify'
import t from 'tap'
import type { HookOutcome } from '../../../src/domain/telemetry-event.ts'
import { anEvent, envelope } from '../build.ts'
import { AUTHENTIC, hookWith, OLD_SECRET, SECRET } from './hook-with.ts'

const json = (value: unknown) => JSON.stringify(value)
const good = anEvent({ uuid: 'good' })
const withHeaders = (over: Record<string, string>) => ({ headers: { 'content-type': 'application/json', ...over } })
const deepEvent = `{"uuid": "deep", "target": ${'['.repeat(900_000)}${']'.repeat(900_000)}}`

interface Row {
  readonly name: string
  readonly ask: InjectOptions
  readonly status: number
  readonly outcome: HookOutcome
  /** What the message must name. */
  readonly names?: RegExp
  /** Uuids that are stored nevertheless. */
  readonly kept?: readonly string[]
}

const ROWS: readonly Row[] = [
  { name: 'no secret', ask: withHeaders({}), status: 401, outcome: 'bad_secret', names: /authorization/ },
  { name: 'an empty secret', ask: withHeaders({ authorization: '' }), status: 401, outcome: 'bad_secret' },
  { name: 'a wrong secret', ask: withHeaders({ authorization: `${SECRET}x` }), status: 401, outcome: 'bad_secret' },
  {
    name: 'both secrets at once',
    ask: withHeaders({ authorization: `${SECRET},${OLD_SECRET}` }),
    status: 401,
    outcome: 'bad_secret'
  },
  {
    name: 'the right secret in another header',
    ask: withHeaders({ 'x-api-key': SECRET }),
    status: 401,
    outcome: 'bad_secret'
  },
  { name: 'no secret and no JSON', ask: { headers: {}, payload: '<xml/>' }, status: 401, outcome: 'bad_secret' },
  {
    name: 'no body',
    ask: { headers: { authorization: SECRET }, payload: '' },
    status: 400,
    outcome: 'malformed',
    names: /empty/
  },
  { name: 'not JSON', ask: { payload: '<xml/>' }, status: 400, outcome: 'malformed', names: /JSON/ },
  {
    name: 'JSON cut off',
    ask: { payload: json(envelope([good])).slice(0, -1) },
    status: 400,
    outcome: 'malformed',
    names: /JSON/
  },
  {
    name: 'invalid UTF-8',
    ask: { payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
    status: 400,
    outcome: 'malformed',
    names: /UTF-8/
  },
  { name: '3 MiB', ask: { payload: ' '.repeat(3 * 1024 * 1024) }, status: 413, outcome: 'too_large', names: /2 MiB/ },
  {
    name: 'a wrong content type',
    ask: { headers: { ...AUTHENTIC, 'content-type': 'text/plain' } },
    status: 415,
    outcome: 'wrong_media_type',
    names: /application\/json/
  },
  {
    name: 'a content type that only starts like JSON',
    ask: { headers: { ...AUTHENTIC, 'content-type': 'application/jsonp' } },
    status: 415,
    outcome: 'wrong_media_type'
  },
  {
    name: 'a form',
    ask: { headers: { ...AUTHENTIC, 'content-type': 'application/x-www-form-urlencoded' } },
    status: 415,
    outcome: 'wrong_media_type'
  },
  {
    name: 'no content type',
    ask: { headers: { authorization: SECRET }, payload: Buffer.from('{}') },
    status: 415,
    outcome: 'wrong_media_type'
  },
  {
    name: 'a wrong content length',
    ask: { headers: { ...AUTHENTIC, 'content-length': '5' } },
    status: 400,
    outcome: 'malformed'
  },
  { name: 'null', ask: { payload: 'null' }, status: 400, outcome: 'malformed', names: /JSON object/ },
  { name: 'a list', ask: { payload: '[]' }, status: 400, outcome: 'malformed', names: /JSON object/ },
  {
    name: 'another eventType',
    ask: { payload: json(envelope([good], { eventType: 'com.okta.saml.tokens.transform' })) },
    status: 400,
    outcome: 'malformed',
    names: /eventType/
  },
  {
    name: 'events missing',
    ask: { payload: json(envelope(undefined)) },
    status: 400,
    outcome: 'malformed',
    names: /data\.events/
  },
  {
    name: 'events null',
    ask: { payload: json(envelope(null)) },
    status: 400,
    outcome: 'malformed',
    names: /data\.events/
  },
  {
    name: 'an event that is null',
    ask: { payload: json(envelope([null, good])) },
    status: 204,
    outcome: 'stored',
    kept: ['good']
  },
  {
    name: 'an event without uuid',
    ask: { payload: json(envelope([good, {}])) },
    status: 204,
    outcome: 'stored',
    kept: ['good']
  },
  {
    name: 'deep nesting, which becomes a dead letter',
    ask: { payload: json(envelope([good])).replace('[', `[${deepEvent},`) },
    status: 204,
    outcome: 'stored',
    kept: ['good']
  },
  {
    name: 'a body of nothing but brackets',
    ask: { payload: '['.repeat(2_000_000) },
    status: 400,
    outcome: 'malformed',
    names: /JSON/
  },
  {
    name: 'a prototype in an event',
    ask: {
      payload: `{"eventType":"com.okta.event_hook","data":{"events":[{"uuid":"proto","__proto__":{"uuid":1},"constructor":{"prototype":1}}]}}`
    },
    status: 204,
    outcome: 'stored',
    kept: ['proto']
  }
]

t.test('each bad input has its answer', async (t) => {
  for (const row of ROWS) {
    await t.test(row.name, async (t) => {
      const { post, received, requests, logged } = hookWith(t)
      const reply = await post(row.ask)
      t.equal(reply.statusCode, row.status)
      t.match(requests, [{ outcome: row.outcome }])
      t.equal(requests.length, 1, 'counted once')
      t.same(
        received.flatMap((delivery) => delivery.events.map((event) => event.uuid)),
        row.kept ?? []
      )
      t.notMatch(reply.body + logged(), new RegExp(`${SECRET}|node_modules|\\.ts:\\d`), 'no secret, no stack')
      if (row.status === 204) return void t.equal(reply.body, '')
      t.match(reply.headers['content-type'], /^application\/json/)
      const { error } = reply.json()
      t.same(Object.keys(reply.json()), ['error'])
      t.equal(error.code, row.outcome)
      t.match(error.message, row.names ?? /\w+ \w+/)
    })
  }
})

t.test('100,000 events, good and bad, are all accounted for', async (t) => {
  const { memory, post, requests } = hookWith(t, { storeTimeoutMs: 60_000 })
  const events = Array.from({ length: 100_000 }, (_, n) => (n % 2 ? { uuid: `e${n}` } : null))
  const reply = await post({ payload: json(envelope(events)) })
  t.equal(reply.statusCode, 204)
  t.match(requests, [{ outcome: 'stored', events: 100_000, duplicates: 0 }])
  t.equal((await memory.snapshot()).pendingEvents, 50_000)
  t.match(await memory.deadLetters(5), [{ why: /^event 0: it is null; .* and 49990 more$/ }])
})
