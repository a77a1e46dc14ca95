import t from 'tap'
import { readBody } from '../../../src/intake/hook/body.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

t.test('the bytes are kept as they came, spaces and all', async (t) => {
  const text = '{ "a" :\t1, "name": "Zoë 🐘" }\n'
  t.same(readBody(bytes(text)), { ok: true, raw: bytes(text), json: { a: 1, name: 'Zoë 🐘' } })
})

t.test('a byte order mark is dropped, since what is stored is parsed again', async (t) => {
  t.same(readBody(bytes('\ufeff{}')), { ok: true, raw: bytes('{}'), json: {} })
})

t.test('a key __proto__ is an ordinary key', async (t) => {
  const read = readBody(bytes('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}'))
  t.ok(read.ok)
  t.notOk('admin' in {})
  t.notOk('admin' in ((read.ok ? read.json : {}) as object), 'it is no prototype of what was parsed either')
})

t.test('every fault is a sentence without a word of the body', async (t) => {
  const rows: [Uint8Array, string][] = [
    [bytes(''), 'empty'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'UTF-8'],
    [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'UTF-8'],
    [bytes('dana@example.com'), 'JSON'],
    [bytes('{"login": "dana@example.com"'), 'JSON'],
    [bytes("{'a': 1}"), 'JSON']
  ]
  for (const [body, word] of rows) {
    const read = readBody(body)
    t.equal(read.ok, false)
    t.match(read.ok ? '' : read.fault, new RegExp(`\\b${word}\\b`))
    t.notMatch(read, /dana/)
  }
})
