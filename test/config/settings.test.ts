import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { DEFAULT_SCOPES } from '../../src/config/settings/scopes.ts'
import { type Env, withoutQuotes } from '../../src/config/settings/setting.ts'
import { readOpsAccess, readSettings, SETTINGS } from '../../src/config/settings/settings.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const PEM = RSA.export({ type: 'pkcs8', format: 'pem' }).toString()
const JWK = { ...RSA.export({ format: 'jwk' }), kid: 'key-1' }
const SECRET = 'first-secret-of-thirty-two-chars'
const TOKEN = 'ops-token-of-thirty-two-characters'

const GOOD: Env = {
  OKTA_CLIENT_ORGURL: 'https://example.okta.com',
  OKTA_CLIENT_CLIENTID: '0oaTest',
  OKTA_CLIENT_PRIVATEKEY: JSON.stringify(JWK),
  REENROLL_HOOK_SECRETS: SECRET,
  REENROLL_OPS_TOKEN: TOKEN
}

function settingsOf(changes: Env) {
  const read = readSettings({ ...GOOD, ...changes })
  if (!read.ok) throw new Error(read.errors.join('\n'))
  return read
}

function errorsOf(changes: Env) {
  const read = readSettings({ ...GOOD, ...changes })
  return read.ok ? [] : read.errors
}

t.test('the .env of init is read the same with the quotes that Docker keeps around values', async (t) => {
  const key = '{"kty":"RSA","kid":"it\'s"}'
  t.strictSame(
    withoutQuotes({ A: `'${key}'`, B: '"okta.users.read okta.logs.read"', C: "it's", D: '"', E: undefined }),
    {
      ...{ A: key, B: 'okta.users.read okta.logs.read', C: "it's", D: '"', E: undefined }
    }
  )
})

t.test('five settings are enough; the rest have defaults', async (t) => {
  const { settings, warnings } = settingsOf({})
  t.strictSame(settings, {
    okta: {
      orgUrl: 'https://example.okta.com',
      auth: {
        kind: 'private_key',
        clientId: '0oaTest',
        privateKey: JSON.stringify(JWK),
        keyId: 'key-1',
        scopes: [...DEFAULT_SCOPES]
      }
    },
    hook: { secrets: [SECRET], authHeader: 'authorization', host: '0.0.0.0', port: 8080, publicUrl: null },
    ops: { host: '127.0.0.1', port: 9090, token: TOKEN, hosts: [] },
    trustedProxies: [],
    storeUrl: 'sqlite:data/reenroll.db',
    storeAccess: {
      passwordCommand: null,
      connections: 10,
      sslMode: null,
      sslRootCert: null,
      ledgerKeys: [],
      ledgerHeadTo: null
    },
    slackToken: null,
    mode: 'observe',
    review: { publicUrl: null, sessionKey: null, oidc: null },
    ticketSecrets: {},
    tracing: null,
    logUserKey: null
  })
  t.strictSame(warnings, [])
})

t.test('an empty environment names everything that is missing at once', async (t) => {
  const read = readSettings({})
  t.strictSame(read.ok ? [] : read.errors.map((error) => error.split(':')[0]), [
    'OKTA_CLIENT_ORGURL',
    'OKTA_CLIENT_PRIVATEKEY',
    'REENROLL_HOOK_SECRETS',
    'REENROLL_OPS_TOKEN'
  ])
})

t.test('every error names its setting, what is wrong and what to do', async (t) => {
  const cases: [string, Env, RegExp][] = [
    [
      'plain HTTP',
      { OKTA_CLIENT_ORGURL: 'http://example.okta.com' },
      /^OKTA_CLIENT_ORGURL: plain HTTP is accepted .*; write https:/
    ],
    [
      'the Admin Console',
      { OKTA_CLIENT_ORGURL: 'https://example-admin.okta.com' },
      /write https:\/\/example\.okta\.com\./
    ],
    [
      'a path',
      { OKTA_CLIENT_ORGURL: 'https://example.okta.com/api/v1' },
      /has a path; write https:\/\/example\.okta\.com\./
    ],
    ['no address', { OKTA_CLIENT_ORGURL: 'example.okta.com' }, /is not a web address/],
    ['credentials in it', { OKTA_CLIENT_ORGURL: 'https://a:b@example.okta.com' }, /user name or password/],
    ['no client id', { OKTA_CLIENT_CLIENTID: '' }, /^OKTA_CLIENT_CLIENTID: not set/],
    ['key and token', { OKTA_CLIENT_TOKEN: '00secret' }, /set too; keep the private key\./],
    [
      'scopes of another kind',
      { OKTA_CLIENT_SCOPES: 'openid okta.users.read' },
      /^OKTA_CLIENT_SCOPES: openid is not a valid scope/
    ],
    ['PEM without key id', { OKTA_CLIENT_PRIVATEKEY: PEM }, /^OKTA_CLIENT_KEYID: not set/],
    ['two key ids', { OKTA_CLIENT_KEYID: 'key-2' }, /key-2 is not the kid in the private key \(key-1\)/],
    [
      'a port that is none',
      { REENROLL_HOOK_PORT: '80a' },
      /^REENROLL_HOOK_PORT: 80a is not a valid port \(0-65535\)\.$/
    ],
    ['a port too high', { REENROLL_OPS_PORT: '70000' }, /70000 is not a valid port/],
    ['a port from Kubernetes', { REENROLL_HOOK_PORT: 'tcp://10.0.0.1:80' }, /enableServiceLinks: false/],
    ['one port twice', { REENROLL_OPS_PORT: '8080' }, /8080 is also REENROLL_HOOK_PORT/],
    [
      'a host with a scheme',
      { REENROLL_OPS_HOST: 'http://127.0.0.1' },
      /^REENROLL_OPS_HOST: http\S+ is not a valid host/
    ],
    [
      'proxies by name, as if anybody, or of no range',
      { REENROLL_TRUSTED_PROXIES: '10.0.0.7, proxy.example.com, 0.0.0.0/0, ::1/129, 10.0.0.0/8' },
      /^REENROLL_TRUSTED_PROXIES: proxy\.example\.com and 0\.0\.0\.0\/0 and ::1\/129 cannot be trusted; write addresses or ranges/
    ],
    [
      'a short secret',
      { REENROLL_HOOK_SECRETS: 'short' },
      /^REENROLL_HOOK_SECRETS: a secret is 5 characters long; at least 24 are required/
    ],
    [
      'one of two secrets short',
      { REENROLL_HOOK_SECRETS: `${SECRET},short` },
      /^REENROLL_HOOK_SECRETS: secret 2 is 5 characters/
    ],
    ['a secret twice', { REENROLL_HOOK_SECRETS: `${SECRET},${SECRET}` }, /is there twice/],
    ['an extra comma', { REENROLL_HOOK_SECRETS: `${SECRET},` }, /remove the extra comma/],
    ['a secret beyond ASCII', { REENROLL_HOOK_SECRETS: `${SECRET}ü` }, /an HTTP header cannot carry/],
    [
      'a header that is none',
      { REENROLL_HOOK_AUTH_HEADER: 'my header' },
      /^REENROLL_HOOK_AUTH_HEADER: my header cannot/
    ],
    ['a header that is taken', { REENROLL_HOOK_AUTH_HEADER: 'Content-Type' }, /cannot carry the secret/],
    ['a short token', { REENROLL_OPS_TOKEN: 'x' }, /^REENROLL_OPS_TOKEN: it is 1 characters/],
    ['token equal to secret', { REENROLL_OPS_TOKEN: SECRET }, /equals a hook secret/],
    ['a store of another kind', { REENROLL_STORE_URL: 'mysql://db' }, /^REENROLL_STORE_URL: the value is neither/],
    ['sqlite as a web address', { REENROLL_STORE_URL: 'sqlite://data/a.db' }, /sqlite:data\/reenroll\.db/],
    ['a store in /proc', { REENROLL_STORE_URL: 'sqlite:/proc/x' }, /file system of the kernel/],
    [
      'a placeholder address',
      { OKTA_CLIENT_ORGURL: 'https://{yourOktaDomain}' },
      /OKTA_CLIENT_ORGURL: .*not a web address|placeholder/
    ],
    ['a placeholder as token', { REENROLL_OPS_TOKEN: 'changeme-changeme-changeme-changeme' }, /is a placeholder/],
    ['one letter as secret', { REENROLL_HOOK_SECRETS: 'x'.repeat(40) }, /is a placeholder/],
    ['a word repeated', { REENROLL_OPS_TOKEN: 'reenrollreenrollreenrollreenroll' }, /is a placeholder/],
    ['digits in their order', { REENROLL_HOOK_SECRETS: '0123456789abcdef0123456789abcdef' }, /is a placeholder/],
    [
      'one letter as session key',
      { REENROLL_SESSION_KEY: 'k'.repeat(40) },
      /^REENROLL_SESSION_KEY: it is a placeholder/
    ],
    [
      'a placeholder as second key of the ledger',
      { REENROLL_LEDGER_KEY: 'f3b1c05d77aa4e2e9d10b6c4,change-me-change-me-change-me' },
      /^REENROLL_LEDGER_KEY: key 2 is a placeholder/
    ],
    [
      'a head of the ledger to a path that is not whole',
      { REENROLL_LEDGER_HEAD_TO: 'file:heads.log' },
      /path is not whole/
    ],
    [
      'a head of the ledger over plain HTTP',
      { REENROLL_LEDGER_HEAD_TO: 'http://heads.example' },
      /must begin with https/
    ],
    ['a placeholder as log key', { REENROLL_LOG_USER_KEY: 'your-key-your-key-your-key-your-key' }, /is a placeholder/],
    ['an empty mode', { REENROLL_MODE: '' }, /^REENROLL_MODE: it is empty; write one of observe, propose, auto\./],
    ['a mode that does not exist', { REENROLL_MODE: 'on' }, /^REENROLL_MODE: on is not one of observe, propose, auto\./]
  ]
  for (const [name, changes, expected] of cases) {
    const errors = errorsOf(changes)
    t.equal(errors.length, 1, `${name}: one error`)
    t.match(errors[0], expected, name)
    t.match(errors[0], /^[A-Z_]+: .*\.$/s, `${name}: a whole sentence`)
  }
})

t.test('loopback orgs may be plain HTTP, and the trailing slash goes', async (t) => {
  for (const [given, kept] of [
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
    ['http://localhost:4000', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
    ['https://example.oktapreview.com/', 'https://example.oktapreview.com']
  ]) {
    t.equal(settingsOf({ OKTA_CLIENT_ORGURL: given }).settings.okta.orgUrl, kept)
  }
  t.match(errorsOf({ OKTA_CLIENT_ORGURL: 'http://127.0.0.1.example.com' }), [/plain HTTP/])
})

t.test('private keys', async (t) => {
  const refused = (key: string) => errorsOf({ OKTA_CLIENT_PRIVATEKEY: key, OKTA_CLIENT_KEYID: 'key-1' })[0]
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const encrypted = RSA.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  const { d: _, ...publicJwk } = JWK
  t.match(refused(ec.export({ type: 'pkcs8', format: 'pem' }).toString()), /cannot use a key of type ec/)
  t.match(refused(JSON.stringify(ec.export({ format: 'jwk' }))), /make an RSA key/)
  t.match(refused(small.export({ type: 'pkcs8', format: 'pem' }).toString()), /fewer than 2048 bits/)
  t.match(refused(encrypted), /is encrypted/)
  t.match(refused(JSON.stringify(publicJwk)), /this is a public key/)
  t.match(refused(JSON.stringify({ keys: [JWK] })), /is a key set/)
  t.match(refused('{"kty":'), /is not valid JSON/)
  t.match(refused('/run/secrets/key.pem'), /set OKTA_CLIENT_PRIVATEKEY_FILE/)
  t.match(refused(PEM.slice(0, 200)), /cannot be read as a private key/)
  const pem = settingsOf({ OKTA_CLIENT_PRIVATEKEY: PEM.replaceAll('\n', '\\n'), OKTA_CLIENT_KEYID: 'key-1' })
  t.match(pem.settings.okta.auth, { kind: 'private_key', privateKey: PEM.trim(), keyId: 'key-1' }, 'a PEM on one line')
  const spaced = settingsOf({ OKTA_CLIENT_PRIVATEKEY: PEM.replaceAll('\n', ' '), OKTA_CLIENT_KEYID: 'key-1' })
  t.match(spaced.settings.okta.auth, { privateKey: PEM }, 'a PEM whose line breaks became spaces')
})

t.test('no error or warning ever shows a secret', async (t) => {
  const secret = 'hunter2'
  const read = readSettings({
    OKTA_CLIENT_PRIVATEKEY: `{"d":"${secret}"`,
    OKTA_CLIENT_TOKEN: secret,
    REENROLL_HOOK_SECRETS: `${secret},${secret}`,
    REENROLL_OPS_TOKEN: secret,
    REENROLL_STORE_URL: `mysql://root:${secret}@db`
  })
  t.notMatch(JSON.stringify(read), secret)
})

t.test('an API token works and is warned about', async (t) => {
  const { settings, warnings } = settingsOf({ OKTA_CLIENT_PRIVATEKEY: undefined, OKTA_CLIENT_TOKEN: '00abc' })
  t.strictSame(settings.okta.auth, { kind: 'token', token: '00abc' })
  t.match(warnings, [/^OKTA_CLIENT_TOKEN: .*development only/])
})

t.test('secrets come from files too', async (t) => {
  const dir = t.testdir({ key: PEM, secrets: `${SECRET}\nsecond-secret-of-thirty-two-char\n`, empty: '\n' })
  const { settings } = settingsOf({
    OKTA_CLIENT_PRIVATEKEY: '',
    OKTA_CLIENT_PRIVATEKEY_FILE: join(dir, 'key'),
    OKTA_CLIENT_KEYID: 'key-1',
    REENROLL_HOOK_SECRETS: undefined,
    REENROLL_HOOK_SECRETS_FILE: join(dir, 'secrets')
  })
  t.match(settings.okta.auth, { privateKey: PEM.trim() })
  t.strictSame(settings.hook.secrets, [SECRET, 'second-secret-of-thirty-two-char'])
  t.match(errorsOf({ REENROLL_OPS_TOKEN_FILE: join(dir, 'empty') }), [/both set/])
  const empty = { REENROLL_OPS_TOKEN: '', REENROLL_OPS_TOKEN_FILE: join(dir, 'empty') }
  t.match(errorsOf(empty), [/^REENROLL_OPS_TOKEN_FILE: the file .* is empty/])
  const missing = { REENROLL_OPS_TOKEN: '', REENROLL_OPS_TOKEN_FILE: join(dir, 'none') }
  t.match(errorsOf(missing), [/cannot be read \(ENOENT\); check/])
})

t.test('a setting that does not exist is named, with the nearest one; what Kubernetes adds is not', async (t) => {
  const { warnings } = settingsOf({
    REENROLL_HOOK_SECRET: 'x',
    OKTA_CLIENT_ORG_URL: 'x',
    OKTA_CLIENT_CACHE_ENABLED: 'x',
    REENROLL_MOED: 'observe',
    reenroll_mode: 'observe',
    REENROLL_COFFEE_MACHINE: 'x',
    REENROLL_HOOK_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    REENROLL_SERVICE_HOST: '10.0.0.1',
    REENROLL_SERVICE_PORT_METRICS: '9090',
    PATH: '/bin'
  })
  t.strictSame(warnings, [
    'REENROLL_HOOK_SECRET: not a setting and ignored; write REENROLL_HOOK_SECRETS if that is meant.',
    'OKTA_CLIENT_ORG_URL: not a setting and ignored; write OKTA_CLIENT_ORGURL if that is meant.',
    'REENROLL_MOED: not a setting and ignored; write REENROLL_MODE if that is meant.',
    'reenroll_mode: not a setting and ignored; write REENROLL_MODE if that is meant.',
    'REENROLL_COFFEE_MACHINE: not a setting and ignored; remove it.'
  ])
})

t.test('memory: is warned about', async (t) => {
  t.match(settingsOf({ REENROLL_STORE_URL: 'memory:' }).warnings, [/loses every case/])
})

t.test('commands that ask a running service need only its address, its token and the store', async (t) => {
  t.match(readOpsAccess({ REENROLL_OPS_TOKEN: TOKEN }), { ok: true, access: { ops: { port: 9090 } } })
  t.match(readOpsAccess({ REENROLL_OPS_PORT: 'x' }), { ok: false, errors: [/REENROLL_OPS_PORT/] })
})

t.test('the table has one row per setting, and only secrets have a file variant', async (t) => {
  const names = SETTINGS.map((setting) => setting.name)
  t.equal(new Set(names).size, names.length)
  t.match(
    errorsOf({ REENROLL_MODE: undefined, REENROLL_MODE_FILE: '/nowhere' }),
    [],
    'REENROLL_MODE_FILE is no setting'
  )
})
