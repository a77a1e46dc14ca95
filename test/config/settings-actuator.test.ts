/** Two apps at Okta: the settings of the one that writes. */
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { clientIdsOf, writerOf } from '../../src/config/settings/okta.ts'
import type { Env } from '../../src/config/settings/setting.ts'
import { readSettings } from '../../src/config/settings/settings.ts'

function jwk(kid: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid })
}

const ONE: Env = {
  OKTA_CLIENT_ORGURL: 'https://example.okta.com',
  OKTA_CLIENT_CLIENTID: '0oaReader',
  OKTA_CLIENT_PRIVATEKEY: jwk('reader-key'),
  REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars',
  REENROLL_OPS_TOKEN: 'ops-token-of-thirty-two-characters'
}
const ACTUATOR_KEY = jwk('actuator-key')
const TWO: Env = { ...ONE, REENROLL_ACTUATOR_CLIENTID: '0oaActuator', REENROLL_ACTUATOR_PRIVATEKEY: ACTUATOR_KEY }

function read(env: Env) {
  const told = readSettings(env)
  return told.ok ? { okta: told.settings.okta, warnings: told.warnings, errors: [] } : { errors: told.errors }
}

t.test('without an actuator the one app reads and writes, as ever', async (t) => {
  const { okta } = read(ONE)
  if (!okta) throw new Error('refused')
  t.notOk('actuator' in okta)
  t.match(okta.auth, { clientId: '0oaReader', scopes: ['okta.users.read', /./, /./, /./, 'okta.users.manage', /./] })
  t.equal(writerOf(okta).auth, okta.auth)
  t.strictSame(clientIdsOf(okta), ['0oaReader'])
})

t.test('with one, the reader asks for no manage scope and the actuator for nothing else', async (t) => {
  const { okta, warnings } = read(TWO)
  if (!okta) throw new Error('refused')
  t.strictSame(okta.auth.kind === 'private_key' && okta.auth.scopes, [
    ...['okta.users.read', 'okta.devices.read', 'okta.logs.read', 'okta.roles.read']
  ])
  t.match(okta.actuator, {
    ...{ clientId: '0oaActuator', keyId: 'actuator-key', scopes: ['okta.users.manage', 'okta.devices.manage'] }
  })
  t.equal(writerOf(okta).auth, okta.actuator)
  t.strictSame(clientIdsOf(okta), ['0oaReader', '0oaActuator'])
  t.strictSame(warnings, [])
})

t.test('its key may come from a file', async (t) => {
  const file = join(t.testdir({ key: ACTUATOR_KEY }), 'key')
  const { okta } = read({ ...TWO, REENROLL_ACTUATOR_PRIVATEKEY: undefined, REENROLL_ACTUATOR_PRIVATEKEY_FILE: file })
  t.match(okta?.actuator, { keyId: 'actuator-key' })
})

t.test('a reader that asks for manage scopes all the same is warned about', async (t) => {
  const { warnings } = read({ ...TWO, OKTA_CLIENT_SCOPES: 'okta.users.read okta.users.manage' })
  t.ok(warnings?.some((warning) => /^OKTA_CLIENT_SCOPES: the reader never uses okta\.users\.manage/.test(warning)))
})

t.test('half an actuator, or the same app twice, is refused in words', async (t) => {
  const named = (env: Env) => read(env).errors.map((error) => error.split(':')[0])
  t.strictSame(named({ ...TWO, REENROLL_ACTUATOR_PRIVATEKEY: '' }), ['REENROLL_ACTUATOR_PRIVATEKEY'])
  t.strictSame(named({ ...TWO, REENROLL_ACTUATOR_CLIENTID: '' }), ['REENROLL_ACTUATOR_CLIENTID'])
  t.strictSame(named({ ...TWO, REENROLL_ACTUATOR_KEYID: 'other' }), ['REENROLL_ACTUATOR_KEYID'])
  t.strictSame(named({ ...TWO, REENROLL_ACTUATOR_SCOPES: 'everything' }), ['REENROLL_ACTUATOR_SCOPES'])
  t.match(read({ ...TWO, REENROLL_ACTUATOR_PRIVATEKEY: '/run/x' }).errors, [/REENROLL_ACTUATOR_PRIVATEKEY_FILE/])
  t.match(read({ ...TWO, REENROLL_ACTUATOR_CLIENTID: '0oaReader' }).errors, [/it equals OKTA_CLIENT_CLIENTID/])
})
