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
  REENROLL_SESSION_KEY: '0123456789abcdef0123456789abcdef',
  REENROLL_OIDC_ISSUER: 'https://acme.okta.com',
  REENROLL_OIDC_CLIENT_ID: '0oaPages',
  REENROLL_OIDC_APPROVER_GROUPS: 'approvers, oncall'
}

function faultsOf(env: Readonly<Record<string, string>>): string {
  const read = readSettings({ ...BASE, ...env })
  return read.ok ? '' : read.faults.join('\n')
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

t.test('each fault names the setting and what to do', async (t) => {
  const without = (name: keyof typeof OIDC) => Object.fromEntries(Object.entries(OIDC).filter(([key]) => key !== name))
  t.match(faultsOf(without('REENROLL_OIDC_ISSUER')), /OIDC_CLIENT_ID, .*without REENROLL_OIDC_ISSUER means nothing/)
  t.match(faultsOf(without('REENROLL_OIDC_CLIENT_ID')), /REENROLL_OIDC_CLIENT_ID is not set/)
  t.match(faultsOf(without('REENROLL_OIDC_APPROVER_GROUPS')), /REENROLL_OIDC_APPROVER_GROUPS is not set/)
  t.match(faultsOf(without('REENROLL_PUBLIC_OPS_URL')), /needs REENROLL_PUBLIC_OPS_URL/)
  t.match(faultsOf({ ...OIDC, REENROLL_SESSION_KEY: 'short' }), /REENROLL_SESSION_KEY has 5 characters/)
  t.match(faultsOf({ ...OIDC, REENROLL_OIDC_ISSUER: 'http://sso.example.com' }), /must begin with https/)
  t.match(faultsOf({ ...OIDC, REENROLL_PUBLIC_OPS_URL: 'reenroll' }), /is no address/)
  t.match(faultsOf({ ...OIDC, REENROLL_PUBLIC_OPS_URL: 'https://a.example/?x=1' }), /Write the address alone/)
  t.equal(faultsOf({ ...OIDC, REENROLL_OIDC_ISSUER: 'http://127.0.0.1:8080' }), '', 'loopback may be plain')
})

t.test('a missing session key is a warning with OIDC: people sign in again after each restart', async (t) => {
  const { REENROLL_SESSION_KEY: _key, ...rest } = OIDC
  const read = readSettings({ ...BASE, ...rest })
  t.match(read.ok && read.warnings.join('\n'), /REENROLL_SESSION_KEY is not set/)
})
