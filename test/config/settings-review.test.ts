import t from 'tap'
import { readSettings } from '../../src/config/settings/settings.ts'

const BASE = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.com',
  OKTA_CLIENT_TOKEN: '00tokenForTestsOnly0123456789',
  REENROLL_HOOK_SECRETS: 'hook-secret-for-tests-0123456789',
  REENROLL_OPS_TOKEN: 'ops-token-for-tests-0123456789'
}
const OIDC = {
  REENROLL_PUBLIC_OPS_URL: 'https://reenroll.example.com/',
  REENROLL_SESSION_KEY: 'f3a9c1d27be04685f3a9c1d27be04d10',
  REENROLL_OIDC_ISSUER: 'https://acme.okta.com',
  REENROLL_OIDC_CLIENT_ID: '0oaPages',
  REENROLL_OIDC_APPROVER_GROUPS: 'approvers, oncall'
}

function errorsOf(env: Readonly<Record<string, string>>): string {
  const read = readSettings({ ...BASE, ...env })
  return read.ok ? '' : read.errors.join('\n')
}

t.test('without OIDC the pages need no setting', async (t) => {
  const read = readSettings(BASE)
  t.match(read, { ok: true, settings: { review: { publicUrl: null, sessionKey: null, oidc: null } } })
})

t.test('OIDC as a whole', async (t) => {
  t.match(readSettings({ ...BASE, ...OIDC, REENROLL_OIDC_VIEWER_GROUPS: 'desk' }), {
    ok: true,
    settings: {
      review: {
        publicUrl: 'https://reenroll.example.com',
        sessionKey: OIDC.REENROLL_SESSION_KEY,
        oidc: {
          issuer: 'https://acme.okta.com',
          clientId: '0oaPages',
          clientSecret: null,
          groupsClaim: 'groups',
          approverGroups: ['approvers', 'oncall'],
          viewerGroups: ['desk'],
          scopes: ['openid', 'profile', 'email', 'groups']
        }
      }
    }
  })
})

t.test('each error names the setting and what to do', async (t) => {
  const without = (name: keyof typeof OIDC) => Object.fromEntries(Object.entries(OIDC).filter(([key]) => key !== name))
  t.match(
    errorsOf(without('REENROLL_OIDC_ISSUER')),
    /REENROLL_OIDC_ISSUER: not set, but REENROLL_OIDC_CLIENT_ID, .* need it/
  )
  t.match(errorsOf(without('REENROLL_OIDC_CLIENT_ID')), /REENROLL_OIDC_CLIENT_ID: not set/)
  t.match(errorsOf(without('REENROLL_OIDC_APPROVER_GROUPS')), /REENROLL_OIDC_APPROVER_GROUPS: not set/)
  t.match(errorsOf(without('REENROLL_PUBLIC_OPS_URL')), /REENROLL_PUBLIC_OPS_URL: not set/)
  t.match(errorsOf({ ...OIDC, REENROLL_SESSION_KEY: 'short' }), /REENROLL_SESSION_KEY: it is 5 characters/)
  t.match(errorsOf({ ...OIDC, REENROLL_OIDC_ISSUER: 'http://sso.example.com' }), /must begin with https/)
  t.match(errorsOf({ ...OIDC, REENROLL_PUBLIC_OPS_URL: 'reenroll' }), /is not a web address/)
  t.match(errorsOf({ ...OIDC, REENROLL_PUBLIC_OPS_URL: 'https://a.example/?x=1' }), /write the address alone/)
  t.equal(errorsOf({ ...OIDC, REENROLL_OIDC_ISSUER: 'http://127.0.0.1:8080' }), '', 'loopback may be plain')
})

t.test('a missing session key is a warning with OIDC: people sign in again after each restart', async (t) => {
  const { REENROLL_SESSION_KEY: _key, ...rest } = OIDC
  const read = readSettings({ ...BASE, ...rest })
  t.match(read.ok && read.warnings.join('\n'), /REENROLL_SESSION_KEY: not set/)
})

t.test(
  'self-service: off until its port is set; then it needs an address and a key, and a port of its own',
  async (t) => {
    t.equal('self' in (readSettings(BASE) as { settings: object }).settings, false)
    const self = { REENROLL_SELF_PORT: '8081', REENROLL_PUBLIC_SELF_URL: 'https://help.example.com/' }
    const key = { REENROLL_SESSION_KEY: OIDC.REENROLL_SESSION_KEY }
    t.match(readSettings({ ...BASE, ...self, ...key }), {
      ok: true,
      settings: { self: { host: '0.0.0.0', port: 8081, publicUrl: 'https://help.example.com' } }
    })
    t.match(errorsOf({ REENROLL_PUBLIC_SELF_URL: 'https://help.example.com' }), /^REENROLL_SELF_PORT: not set/)
    t.match(errorsOf(self), /^REENROLL_SESSION_KEY: not set; REENROLL_SELF_PORT needs it/)
    t.match(errorsOf({ REENROLL_SELF_PORT: '8081', ...key }), /^REENROLL_PUBLIC_SELF_URL: not set/)
    t.match(errorsOf({ ...self, ...key, REENROLL_SELF_PORT: '9090' }), /9090 is also REENROLL_OPS_PORT/)
  }
)

/** What the settings say of a file with these texts. */
function textsRead(file: unknown) {
  const text = typeof file === 'string' ? file : JSON.stringify(file)
  const read = readSettings({ ...BASE, REENROLL_PAGE_TEXTS: 'texts.json' }, () => text)
  return read.ok ? read.warnings.join('\n') : read.errors.join('\n')
}

t.test('the texts of the pages in another language are compared with the catalogue', async (t) => {
  const english = '<0>{0} ended</0> so far.'
  const of = (text: string) => textsRead({ language: 'de', messages: { any: { [english]: text, Queue: '' } } })
  t.match(of('Bisher <0>{0} beendet</0>.'), /REENROLL_PAGE_TEXTS: 1\d+ of 1\d+ messages have no translation; they stay/)
  t.match(of('Bisher {0}.'), 'REENROLL_PAGE_TEXTS: texts.json, "<0>{0} ended</0> so far.": the translation must hold')
  t.match(of('Bisher <0>{0} {0}</0>.'), /must hold <\/0> <0> \{0\}; each once/)
  t.match(of('Bisher </0>{0}<0>.'), /close inner tags first/)
  t.match(of('Bisher <0>{0}</0> <b>x</b>.'), /have no translation/, 'other tags are text')
  t.match(textsRead({ language: 'de', messages: { any: { Quue: 'x' } } }), /"Quue": it is not in deploy\/page-texts/)
  t.match(
    textsRead({ language: 'no such', messages: {} }),
    /cannot be read \(its language is not a tag such as "de"\); copy deploy/
  )
  t.match(textsRead({ messages: {} }), /cannot be read \(its language is not a tag/)
  t.match(textsRead('{'), /texts.json cannot be read \(.*JSON.*\); copy deploy\/page-texts.json/)
})

t.test('a file of texts that is not there stops the start', async (t) => {
  t.match(errorsOf({ REENROLL_PAGE_TEXTS: 'none.json' }), /REENROLL_PAGE_TEXTS: none.json cannot be read \(ENOENT/)
})
