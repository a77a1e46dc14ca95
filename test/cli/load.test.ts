import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import { loadSettingsAndPolicy } from '../../src/cli/load.ts'
import { DEFAULT_SCOPES } from '../../src/config/settings/scopes.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const GOOD = {
  OKTA_CLIENT_ORGURL: 'https://example.okta.com',
  OKTA_CLIENT_CLIENTID: '0oaTest',
  OKTA_CLIENT_KEYID: 'key-1',
  OKTA_CLIENT_PRIVATEKEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars',
  REENROLL_OPS_TOKEN: 'ops-token-of-thirty-two-characters'
}
const WITH_RISK = `${DEFAULT_SCOPES.join(' ')} okta.userRisk.read`

t.test('a policy file takes part with its hash', async (t) => {
  const dir = t.testdir({ 'policy.yaml': 'absentSources: [risk]\n' })
  const loaded = await loadSettingsAndPolicy({ ...GOOD, REENROLL_POLICY_FILE: join(dir, 'policy.yaml') })
  t.strictSame(loaded.policy.decide.absentSources, ['risk'])
  t.not(loaded.policyHash, (await loadSettingsAndPolicy(GOOD)).policyHash)
  t.strictSame(loaded.warnings, [], 'an org without risk needs no scope for it')
})

t.test('settings and policy that do not go together are warned about', async (t) => {
  t.match((await loadSettingsAndPolicy(GOOD)).warnings, [/okta\.userRisk\.read is missing, .* absentSources/])
  t.strictSame((await loadSettingsAndPolicy({ ...GOOD, OKTA_CLIENT_SCOPES: WITH_RISK })).warnings, [])
  const readOnly = WITH_RISK.replaceAll(/ okta\.\w+\.manage/g, '')
  const auto = { ...GOOD, OKTA_CLIENT_SCOPES: readOnly, REENROLL_MODE: 'auto' }
  t.match((await loadSettingsAndPolicy(auto)).warnings, [/okta\.users\.manage is missing/])
  const observe = { ...GOOD, OKTA_CLIENT_SCOPES: readOnly, REENROLL_MODE: 'observe' }
  t.strictSame((await loadSettingsAndPolicy(observe)).warnings, [], 'reading is all that observing needs')
  const dir = t.testdir({ 'policy.yaml': 'summary: { to: lead@example.com }\n' })
  const unsent = { ...GOOD, OKTA_CLIENT_SCOPES: WITH_RISK, REENROLL_POLICY_FILE: join(dir, 'policy.yaml') }
  t.match((await loadSettingsAndPolicy(unsent)).warnings, [/no summary is sent; set REENROLL_SMTP_URL/])
  const server = { REENROLL_SMTP_URL: 'smtps://mail.example.com', REENROLL_MAIL_FROM: 'desk@example.com' }
  t.strictSame((await loadSettingsAndPolicy({ ...unsent, ...server })).warnings, [])
})
