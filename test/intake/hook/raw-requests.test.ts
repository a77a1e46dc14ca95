/** Raw requests at the hook door, byte by byte: nothing is stored that is not one whole delivery behind the secret. */
import { connect } from 'node:net'
import t from 'tap'
import { envelope } from '../build.ts'
import { AUTHENTIC, hookWith, PATH, SECRET } from './hook-with.ts'

const BODY = JSON.stringify(envelope([{ uuid: 'raw' }]))
const SIZE = Buffer.byteLength(BODY)
const TYPE = 'content-type: application/json'
const KEY = `authorization: ${SECRET}`
const POST = `POST ${PATH} HTTP/1.1`

/** A request of these lines; `connection: close`, so that its answer ends. */
function raw(first: string, headers: readonly string[], body = BODY): string {
  return `${[first, 'host: hook', 'connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`
}

const chunked = (...chunks: string[]) =>
  chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')
const LENGTH = `content-length: ${SIZE}`
const CHUNKED = 'transfer-encoding: chunked'

/** The whole delivery, in spellings that HTTP allows. */
const STORED: Readonly<Record<string, string>> = {
  'as Okta sends it': raw(POST, [KEY, TYPE, LENGTH]),
  'headers in capitals': raw(POST, [KEY.replace('authorization', 'AUTHORIZATION'), TYPE, LENGTH]),
  'in chunks': raw(POST, [KEY, TYPE, CHUNKED], `${chunked(BODY.slice(0, 9), BODY.slice(9))}0\r\n\r\n`),
  'a chunk with an extension': raw(POST, [KEY, TYPE, CHUNKED], `${SIZE.toString(16)};x=y\r\n${BODY}\r\n0\r\n\r\n`),
  'a slash at the end': raw(`POST ${PATH}/ HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'a query': raw(`POST ${PATH}?x=1 HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'HTTP/1.0': raw(`POST ${PATH} HTTP/1.0`, [KEY, TYPE, LENGTH]),
  'an encoded letter in the path': raw(`POST ${PATH.replace('okta', '%6fkta')} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'two names of the host, which this door does not read': raw(POST, [KEY, TYPE, LENGTH]).replace(
    'host: hook',
    'host: a, b'
  ),
  'space around the secret, which HTTP takes away': raw(POST, [`authorization:  ${SECRET}  `, TYPE, LENGTH])
}

/** Whatever the answer, none of these is a delivery. */
const REFUSED: Readonly<Record<string, string>> = {
  // The secret.
  'no secret': raw(POST, [TYPE, LENGTH]),
  'an empty secret': raw(POST, ['authorization:', TYPE, LENGTH]),
  'the secret in the address': raw(`POST ${PATH}?authorization=${SECRET} HTTP/1.1`, [TYPE, LENGTH]),
  'the secret as user of the address': raw(`POST http://${SECRET}@hook${PATH} HTTP/1.1`, [TYPE, LENGTH]),
  'the secret in a cookie': raw(POST, [`cookie: ${KEY.replace(': ', '=')}`, TYPE, LENGTH]),
  'the secret in a trailer': raw(
    POST,
    [TYPE, CHUNKED, 'trailer: authorization'],
    `${chunked(BODY)}0\r\n${KEY}\r\n\r\n`
  ),
  'the secret behind a wrong one': raw(POST, ['authorization: wrong', KEY, TYPE, LENGTH]),
  'the secret with more behind it': raw(POST, [`${KEY}x`, TYPE, LENGTH]),
  'the secret without its last letter': raw(POST, [KEY.slice(0, -1), TYPE, LENGTH]),
  'the secret in capitals': raw(POST, [`authorization: ${SECRET.toUpperCase()}`, TYPE, LENGTH]),
  'the secret as Bearer': raw(POST, [`authorization: Bearer ${SECRET}`, TYPE, LENGTH]),
  'the secret as Basic': raw(POST, [`authorization: Basic ${Buffer.from(SECRET).toString('base64')}`, TYPE, LENGTH]),
  'the secret in a proxy header': raw(POST, [`proxy-authorization: ${SECRET}`, TYPE, LENGTH]),
  'the secret in a folded line': raw(POST, [`authorization:\r\n ${SECRET}`, TYPE, LENGTH]),
  'a space before the colon': raw(POST, [KEY.replace(':', ' :'), TYPE, LENGTH]),
  'a NUL in the secret': raw(POST, [`${KEY}\0`, TYPE, LENGTH]),
  'a bare line feed before the secret': raw(POST, [`x-a: 1\n${KEY}`, TYPE, LENGTH]).replace(KEY, `${KEY}x`),
  'the challenge with a body': raw(POST, ['x-okta-verification-challenge: c', TYPE, LENGTH]),
  // Where one request ends (RFC 9112 §6.3: request smuggling).
  'a length and chunks': raw(POST, [KEY, TYPE, LENGTH, CHUNKED], `${chunked(BODY)}0\r\n\r\n`),
  'chunks and a length': raw(POST, [KEY, TYPE, CHUNKED, 'content-length: 4'], `${chunked(BODY)}0\r\n\r\n`),
  'two lengths': raw(POST, [KEY, TYPE, LENGTH, 'content-length: 1']),
  'two lengths in one': raw(POST, [KEY, TYPE, `content-length: ${SIZE}, 1`]),
  'a negative length': raw(POST, [KEY, TYPE, 'content-length: -1']),
  'a length with a sign': raw(POST, [KEY, TYPE, `content-length: +${SIZE}`]),
  'a length in hex': raw(POST, [KEY, TYPE, `content-length: 0x${SIZE.toString(16)}`]),
  'a length beyond all numbers': raw(POST, [KEY, TYPE, `content-length: ${'9'.repeat(40)}`]),
  'an unknown coding': raw(POST, [KEY, TYPE, 'transfer-encoding: xchunked'], `${chunked(BODY)}0\r\n\r\n`),
  'chunks named twice': raw(POST, [KEY, TYPE, CHUNKED, 'transfer-encoding: identity'], `${chunked(BODY)}0\r\n\r\n`),
  'a tab before chunked': raw(POST, [KEY, TYPE, 'transfer-encoding:\tchunked\t, x'], `${chunked(BODY)}0\r\n\r\n`),
  'a chunk longer than it says': raw(POST, [KEY, TYPE, CHUNKED], `4\r\n${BODY}\r\n0\r\n\r\n`),
  'a chunk that is not a number': raw(POST, [KEY, TYPE, CHUNKED], `zz\r\n${BODY}\r\n0\r\n\r\n`),
  'a negative chunk': raw(POST, [KEY, TYPE, CHUNKED], `-1\r\n${BODY}\r\n0\r\n\r\n`),
  'no body': raw(POST, [KEY, TYPE, 'content-length: 0'], ''),
  'no length at all': raw(POST, [KEY, TYPE]),
  'a compressed body': raw(POST, [KEY, TYPE, LENGTH, 'content-encoding: gzip']).replace(BODY, '\x1f\x8b'.padEnd(SIZE)),
  // The request line.
  'no version': `POST ${PATH}\r\n\r\n`,
  'version 9': raw(`POST ${PATH} HTTP/9.9`, [KEY, TYPE, LENGTH]),
  'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'a small method': raw(`post ${PATH} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  PUT: raw(`PUT ${PATH} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  DELETE: raw(`DELETE ${PATH} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  TRACE: raw(`TRACE ${PATH} HTTP/1.1`, [KEY], ''),
  CONNECT: raw(`CONNECT hook:443 HTTP/1.1`, [KEY], ''),
  'another method by a header': raw(`GET ${PATH} HTTP/1.1`, ['x-http-method-override: POST', KEY, TYPE, LENGTH]),
  'an upgrade': raw(`GET ${PATH} HTTP/1.1`, ['upgrade: websocket', 'sec-websocket-key: x', KEY], '').replace(
    'close',
    'upgrade'
  ),
  'a star': raw('OPTIONS * HTTP/1.1', [KEY], ''),
  'a path with dots': raw(`POST /x/../..${PATH}/../x HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'a path with encoded slashes': raw(`POST ${PATH.replaceAll('/', '%2f')} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'a path with a broken escape': raw(`POST ${PATH}%zz HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'a path in capitals': raw(`POST ${PATH.toUpperCase()} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  'a path of 20,000 letters': raw(`POST ${PATH}/${'a'.repeat(20_000)} HTTP/1.1`, [KEY, TYPE, LENGTH]),
  // Headers.
  '20,000 letters of headers': raw(POST, [`x-a: ${'a'.repeat(20_000)}`, KEY, TYPE, LENGTH]),
  '3,000 headers': raw(POST, [...Array.from({ length: 3_000 }, (_, n) => `x-${n}: 1`), KEY, TYPE, LENGTH]),
  'a header without a name': raw(POST, [': x', KEY, TYPE, LENGTH]),
  'a header of brackets': raw(POST, ['(x): 1', KEY, TYPE, LENGTH]),
  'an expectation that nobody meets': raw(POST, ['expect: 200-maybe', KEY, TYPE, LENGTH]),
  // The body.
  'a wrong type': raw(POST, [KEY, 'content-type: text/plain', LENGTH]),
  'two types': raw(POST, [KEY, 'content-type: text/plain', TYPE, LENGTH]),
  'a body in UTF-16': raw(POST, [KEY, TYPE, `content-length: ${SIZE * 2}`], BODY.split('').join('\0').concat('\0')),
  'a body cut off': raw(POST, [KEY, TYPE, LENGTH], BODY.slice(0, -1)),
  'a body with more behind it': raw(POST, [KEY, TYPE, `content-length: ${SIZE + 1}`], `${BODY}x`)
}

/** All that comes back until the connection ends; a request cut off ends it from this side. */
function answerTo(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(text, 'latin1'))
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

async function listening(t: Parameters<typeof hookWith>[0]) {
  const hook = hookWith(t, { badTriesPerMinute: 1_000 })
  await hook.app.listen({ host: '127.0.0.1', port: 0 })
  return { ...hook, port: (hook.app.server.address() as { port: number }).port }
}

t.test('one whole delivery behind the secret is stored, however HTTP spells it', async (t) => {
  const { port, received } = await listening(t)
  for (const [n, [name, text]] of Object.entries(STORED).entries()) {
    t.match(await answerTo(port, text), /^HTTP\/1\.1 204 /, name)
    t.equal(received.length, n + 1, name)
  }
})

/** What no answer and no log line has: the secret, a stack. */
const INSIDE = new RegExp(`${SECRET}|node_modules|\\.ts:\\d`)

t.test('anything else is refused: no 5xx, nothing stored, no secret and no stack', async (t) => {
  const { app, port, received, requests, logged } = await listening(t)
  const accepted: string[] = []
  for (const [name, text] of Object.entries(REFUSED)) {
    const answer = await answerTo(port, text)
    const isRefused = /^(HTTP\/1\.1 4\d\d |$)/.test(answer) && received.length === 0
    if (!isRefused || INSIDE.test(answer)) accepted.push(`${name}: ${answer.slice(0, 200)}`)
    received.length = 0
  }
  t.same(accepted, [])
  t.notMatch(logged(), INSIDE)
  t.notOk(requests.some(({ outcome }) => outcome === 'store_unavailable' || outcome === 'stored'))
  const next = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', body: BODY, headers: AUTHENTIC })
  t.equal(next.status, 204, 'and Okta is served as before')
  await app.close()
})

t.test('what follows a request on its connection is a request of its own', async (t) => {
  const { port, received } = await listening(t)
  const first = raw(POST, [KEY, TYPE, LENGTH]).replace('connection: close', 'connection: keep-alive')
  const answers = await answerTo(port, `${first}${raw(POST, [TYPE, LENGTH])}`)
  t.same(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 204', 'HTTP/1.1 401'], 'the secret does not count for it')
  t.equal(received.length, 1)
})

t.test('448 connections that send slowly keep no delivery waiting, and have a time limit', async (t) => {
  const { app, port, received } = await listening(t)
  const slow = [
    'P',
    `${POST}\r\n`,
    `${POST}\r\nhost: x\r\nx-a: `,
    `${raw(POST, [KEY, TYPE, LENGTH], BODY.slice(0, 5))}`
  ]
  const sockets = Array.from({ length: 448 }, (_, n) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(slow[n % slow.length] ?? ''))
    socket.on('error', () => {})
    return socket
  })
  await Promise.all(
    sockets.map((socket) => (socket.connecting ? new Promise((resolve) => socket.once('connect', resolve)) : null))
  )
  for (let n = 0; n < 20; n++) {
    const sent = await fetch(`http://127.0.0.1:${port}${PATH}`, {
      ...{ method: 'POST', body: JSON.stringify(envelope([{ uuid: `r${n}` }])), headers: AUTHENTIC },
      signal: AbortSignal.timeout(20_000)
    })
    t.equal(sent.status, 204)
  }
  t.equal(received.length, 20)
  const { requestTimeout, headersTimeout } = app.server
  t.match({ requestTimeout, headersTimeout }, { requestTimeout: 10_000, headersTimeout: 60_000 })
  for (const socket of sockets) socket.destroy()
})
