/** Bodies of processed deliveries, compressed with the shapes of Okta's events. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { PACKED_PREFIX, packBody, unpackBody } from '../../src/store/packed-body.ts'

const SAMPLES = new URL('../samples/', import.meta.url)

t.test('each sample comes back byte for byte, from at most two fifths of its size', async (t) => {
  for (const name of readdirSync(SAMPLES)) {
    const body = JSON.stringify(JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8')))
    const packed = packBody(body)
    t.equal(unpackBody(packed), body, name)
    t.ok(packed.length <= 0.4 * body.length, `${name}: ${packed.length} of ${body.length}`)
    t.equal(packBody(packed), packed, 'packed once')
  }
})

t.test('what is not packed comes back as it is, and any text can be packed', async (t) => {
  for (const body of ['{"data":{"events":[]}}', '{}', '', `{"note":"${PACKED_PREFIX}"}`, '{"name":"Zoë 🙂 \\u0000"}']) {
    t.equal(unpackBody(body), body)
    t.equal(unpackBody(packBody(body)), body)
  }
})
