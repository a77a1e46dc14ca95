import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose'
import t from 'tap'
import { createProver, joined, nonceOf } from '../../../src/okta/client/token-cache.ts'

const url = 'https://example.okta.com/api/v1/users/00u1'
const CALL = { method: 'GET', url: `${url}?limit=1`, accessToken: 'token' }
const checked = (proof: string) => jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] })

t.test('a proof names the call and the token, and shows no secret of its key', async (t) => {
  const { payload, protectedHeader } = await checked(await createProver()(CALL))
  t.match(payload, { htm: 'GET', htu: url, ath: createHash('sha256').update('token').digest('base64url'), iat: Number })
  t.same(Object.keys(protectedHeader.jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'])
})

t.test('no two proofs are the same, and all of one client are signed with one key', async (t) => {
  const prove = createProver()
  const proofs = [await prove(CALL), await prove(CALL), await prove({ method: 'POST', url, nonce: 'n' })]
  const ids = await Promise.all(proofs.map(async (proof) => (await checked(proof)).payload.jti))
  t.equal(new Set(ids).size, 3)
  const keyOf = async (proof: string) => calculateJwkThumbprint(decodeProtectedHeader(proof).jwk ?? { kty: '' })
  const keys = await Promise.all([...proofs, await createProver()(CALL)].map(keyOf))
  t.equal(new Set(keys.slice(0, 3)).size, 1)
  t.not(keys[3], keys[0], 'another client has a key of its own')
})

t.test('the nonce that Okta asks for is carried over', async (t) => {
  const proof = await createProver()({ method: 'POST', url, nonce: 'from-okta' })
  t.equal((await checked(proof)).payload.nonce, 'from-okta')
  t.equal(nonceOf(proof), 'from-okta')
  t.equal(nonceOf(await createProver()(CALL)), null)
  t.equal(nonceOf('no proof at all'), null)
})

t.test('both numbers of a signature have 32 bytes, however long DER makes them', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const text = Buffer.from('signed')
  for (let n = 0; n < 50; n++) {
    const signature = joined(sign('sha256', text, privateKey))
    t.ok(verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature))
  }
  const long = 'ff'.repeat(32)
  t.equal(joined(Buffer.from(`3026020101022100${long}`, 'hex')).toString('hex'), `${'00'.repeat(31)}01${long}`)
  t.equal(joined(Buffer.from(`3027022100${long}02027fff`, 'hex')).toString('hex'), `${long}${'00'.repeat(30)}7fff`)
})
