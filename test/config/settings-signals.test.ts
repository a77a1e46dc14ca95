import t from 'tap'
import { readSettings } from '../../src/config/settings/settings.ts'

const BASE = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.com',
  OKTA_CLIENT_TOKEN: '00tokenForTestsOnly0123456789',
  REENROLL_HOOK_SECRETS: 'hook-secret-for-tests-0123456789',
  REENROLL_OPS_TOKEN: 'ops-token-for-tests-0123456789'
}
const ONE = { issuer: 'https://idp.example.com/123456789/', audience: 'https://sp.example.com/caep' }
const read = (value: unknown) =>
  readSettings({ ...BASE, REENROLL_SSF_TRANSMITTERS: typeof value === 'string' ? value : JSON.stringify(value) })

t.test('a transmitter needs an issuer and an audience; the rest has defaults', async (t) => {
  const nothing = { jwksUri: null, authorization: null, events: null, state: null }
  t.match(read([ONE]), { ok: true, settings: { transmitters: [{ ...ONE, ...nothing }] } })
  const authorization = 'Bearer 5d1c77ab01f39e4c2b8a6d5f'
  const chosen = { ...ONE, authorization, jwksUri: 'https://idp.example.com/keys', events: ['caep.session-revoked'] }
  t.match(read([chosen]), { ok: true, settings: { transmitters: [chosen] } })
})

t.test('what is wrong with a transmitter is said with the fix, and no secret', async (t) => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['{', /not a JSON list of transmitters; write \[\{"issuer"/],
    [{}, /not a JSON list/],
    [[], /not a JSON list/],
    [[{ audience: 'x' }], /transmitter 1: issuer: a web address is required/],
    [[ONE, { ...ONE, issuer: 'http://idp.example.com' }], /transmitter 2: issuer: .*https/],
    [[{ issuer: ONE.issuer }], /audience is missing/],
    [[ONE, ONE], /two transmitters have the same issuer/],
    [[{ ...ONE, authorization: 'Bearer hunter2' }], /authorization is 14 characters long/],
    [[{ ...ONE, jwksUri: 'ftp://idp.example.com' }], /jwksUri: .*https/],
    [
      [{ ...ONE, events: ['caep.sesion-revoked'] }],
      /caep\.sesion-revoked is not an event .*; write caep\.session-revoked/
    ],
    [[{ ...ONE, events: [] }], /events is not a list/],
    [[{ ...ONE, state: 7 }], /state is not a text/],
    [[{ ...ONE, secret: 'x' }], /secret is not one of issuer, audience/]
  ]
  for (const [value, error] of wrong) {
    const result = read(value)
    t.match(result, { ok: false, errors: [error] }, String(error))
    t.notMatch(JSON.stringify(result), /hunter2/)
  }
})
