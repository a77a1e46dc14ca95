/** Settings and policies that newcomers and admins got wrong: `serve` names each with what to do, without a stack, and fails. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { folderWith } from '../support/folder.ts'
import { OPS_TOKEN, say } from './recorder.ts'

const { client, privateJwk } = await newServiceApp('0oaWrongSets00000d7')
const folder = folderWith(t, {
  'large.yaml': `# ${'x'.repeat(300_000)}`,
  'latin-1.yaml': Buffer.from('protected: { groups: [Außendienst] }', 'latin1')
})
const policy = join(folder, 'policy.yaml')
const ENV = {
  OKTA_CLIENT_ORGURL: 'http://127.0.0.1:9',
  OKTA_CLIENT_CLIENTID: client.clientId,
  OKTA_CLIENT_PRIVATEKEY: JSON.stringify(privateJwk),
  REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars',
  REENROLL_OPS_TOKEN: OPS_TOKEN,
  REENROLL_OPS_PORT: '0',
  REENROLL_HOOK_PORT: '0',
  REENROLL_STORE_URL: 'memory:'
}

type Wrong = readonly [name: string, value: string, says: RegExp]

const SETTINGS: readonly Wrong[] = [
  ['OKTA_CLIENT_ORGURL', '', /not set; give the address of the Okta org, such as https:/],
  ['OKTA_CLIENT_ORGURL', 'https://{yourOktaDomain}', /is a placeholder; write the address of your org/],
  ['OKTA_CLIENT_ORGURL', 'example.okta.com', /is not a web address; write it as https:\/\/example\.okta\.com/],
  ['OKTA_CLIENT_ORGURL', 'http://example.okta.com', /plain HTTP is accepted for loopback addresses only; write https/],
  ['OKTA_CLIENT_ORGURL', 'https://example-admin.okta.com', /is the Admin Console, which has no API; write https/],
  ['OKTA_CLIENT_ORGURL', 'https://example.okta.com/oauth2/default', /it has a path; write https/],
  ['OKTA_CLIENT_CLIENTID', '', /not set; give the API Services app's client id/],
  ['OKTA_CLIENT_PRIVATEKEY', '', /not set, so signing in to Okta is impossible; give the private key/],
  ['OKTA_CLIENT_PRIVATEKEY', 'keys/app.pem', /neither a JWK \(JSON\) nor a PEM; if it is a path, set .*_FILE/],
  ['OKTA_CLIENT_PRIVATEKEY', '{"kty":"RSA"}', /this is a public key; give the private one/],
  ['OKTA_CLIENT_TOKEN', 'beside-the-key', /OKTA_CLIENT_TOKEN is set too; keep the private key/],
  ['OKTA_CLIENT_SCOPES', 'okta.users.raed', /okta\.users\.raed is not a valid scope; write scopes such as/],
  ['REENROLL_MODE', '', /it is empty; write one of observe, propose, auto/],
  ['REENROLL_MODE', 'auot', /auot is not one of observe, propose, auto/],
  ['REENROLL_MODE', 'AUTO', /AUTO is not one of observe, propose, auto/],
  ['REENROLL_HOOK_SECRETS', '', /not set; make a secret \(openssl rand -hex 32\)/],
  ['REENROLL_HOOK_SECRETS', 'short', /5 characters long; at least 24 are required \(openssl/],
  ['REENROLL_HOOK_SECRETS', 'changeme-changeme-changeme-changeme', /a placeholder that can be guessed; make one/],
  ['REENROLL_HOOK_AUTH_HEADER', 'bad header', /cannot carry the secret; write authorization, or a header/],
  ['REENROLL_HOOK_HOST', 'not a host', /is not a valid host; write an address or a host name alone/],
  ['REENROLL_HOOK_PORT', 'abc', /abc is not a valid port \(0-65535\)/],
  ['REENROLL_HOOK_PORT', '70000', /70000 is not a valid port \(0-65535\)/],
  ['REENROLL_OPS_PORT', '-1', /-1 is not a valid port \(0-65535\)/],
  ['REENROLL_OPS_TOKEN', '', /not set; make one of at least 24 characters \(openssl/],
  ['REENROLL_OPS_TOKEN', 'x', /1 characters long; at least 24 are required/],
  ['REENROLL_OPS_TOKEN', 'changeme-changeme-changeme-changeme', /a placeholder that can be guessed; make one/],
  ['REENROLL_PUBLIC_HOOK_URL', 'x', /x is not a web address; write one such as https:/],
  ['REENROLL_PUBLIC_OPS_URL', 'x', /x is not a web address; write one such as https:/],
  ['REENROLL_SESSION_KEY', 'x', /1 characters long; at least 32 are required/],
  ['REENROLL_LEDGER_KEY', 'x', /key 1 is 1 characters long; at least 24 are required/],
  ['REENROLL_LEDGER_HEAD_TO', 'x', /x is not a web address; write one such as https:/],
  ['REENROLL_STORE_URL', 'mysql://x', /neither sqlite:<path>.* nor postgres:.*; write one of them/],
  ['REENROLL_STORE_URL', 'sqlite:', /neither sqlite:<path>.* nor postgres:.*; write one of them/],
  ['REENROLL_STORE_URL', 'postgres://', /neither sqlite:<path>.* nor postgres:.*; write one of them/],
  [
    'REENROLL_STORE_URL',
    'sqlite:/proc/x',
    /in a file system of the kernel, which cannot keep a database; write a path/
  ],
  ['REENROLL_STORE_POOL', '0', /0 is not a number of connections from 2 to 200/],
  ['REENROLL_STORE_POOL', 'many', /many is not a number of connections from 2 to 200/],
  ['REENROLL_POLICY_FILE', '/none.yaml', /\/none\.yaml cannot be read \(ENOENT\); check the path/],
  ['REENROLL_POLICY_FILE', '/dev/zero', /\/dev\/zero is not a file; name a policy file/],
  ['REENROLL_POLICY_FILE', join(folder, 'large.yaml'), /is larger than 256 KiB; name a policy file/],
  ['REENROLL_POLICY_FILE', join(folder, 'latin-1.yaml'), /is not UTF-8 text; save it as UTF-8/],
  ['REENROLL_POLICY_FILE', folder, /is not a file; name a policy file/],
  ['REENROLL_OIDC_ISSUER', 'http://x.example', /the address must begin with https:\/\/; http:/],
  ['REENROLL_OIDC_ISSUER', 'https://x.example', /REENROLL_OIDC_CLIENT_ID: not set; give the client id/],
  ['REENROLL_OIDC_CLIENT_ID', 'x', /REENROLL_OIDC_ISSUER: not set, .*; set the issuer too/],
  ['REENROLL_SMTP_URL', 'x', /is not the address of a mail server; write smtps:/],
  [
    'REENROLL_ACTUATOR_CLIENTID',
    'x',
    /REENROLL_ACTUATOR_PRIVATEKEY: not set; give the private key of the app that writes/
  ]
]

const POLICIES: readonly (readonly [text: string, says: RegExp])[] = [
  ['guards: {stormUser: 3}', /line 1: guards\.stormUser is unknown \(did you mean stormUsers\?\)/],
  ['guards: {stormUsers: 0}', /guards\.stormUsers must be a whole number from 1 to 100000; it is 0/],
  ['guards: {stormUsers: many}', /guards\.stormUsers must be a whole number from 1 to 100000; it is "many"/],
  ['guards: {staleAfter: 30}', /guards\.staleAfter must be a duration such as 90s, 30m, 24h or 30d; it is 30/],
  ['guards: {staleAfter: 30 minutes}', /guards\.staleAfter must be a duration.*; it is "30 minutes"/],
  ['guards: {staleAfter: -1m}', /guards\.staleAfter must be a duration.*; it is "-1m"/],
  ['guards: {protectedUsers: ana@example.com}', /guards\.protectedUsers must be a list; it is "ana/],
  ['guards: {protectedUsers: [1]}', /guards\.protectedUsers, item 1, must be a text, not an empty one; it is 1/],
  ['guards: {sharePercent: 101}', /guards\.sharePercent must be a whole number from 0 to 100; it is 101/],
  ['guards: {requireManagedDevices: maybe}', /requireManagedDevices must be true or false; it is "maybe"/],
  ['classifier: {failureTypes: []}', /classifier\.failureTypes must be a list, not an empty one/],
  ["classifier: {oktaVerifyNames: ['([']}", /item 1, must be a regular expression; .*Unterminated character class/],
  ["classifier: {signalTypes: ['a b']}", /item 1, must be an event type such as user\.mfa/],
  ['nonsense: 1', /nonsense is unknown/],
  ['rules: {suspnded: auto}', /rules\.suspnded is unknown \(did you mean suspended\?\)/],
  ['rules: {suspended: always}', /rules\.suspended must be one of observe, propose, auto; it is "always"/],
  ['rules: {app_state_stale: auto}', /rules\.app_state_stale must be left out: it never writes/],
  ['rules: {device_replaced: auto}', /rules\.device_replaced must be one of observe, propose; it is "auto"/],
  ['groupModes: {suspended: auto}', /groupModes\.suspended must be modes by group, such as \{ Pilot: auto \}/],
  ['groupModes: {device_replaced: {Pilot: auto}}', /device_replaced\.Pilot must be one of observe, propose/],
  ['absentSources: [roles]', /absentSources, item 1, must be one of risk, /],
  ['absentSources: risk', /absentSources must be a list; it is "risk"/],
  ['evidence: {history: 91d}', /evidence\.history must be .* at most 90d; it is "91d"/],
  ['log: {poll: 1s}', /log\.poll must be .* at least 5s, at most 1h; it is "1s"/],
  ['log: {hookGracePeriod: 1h}', /log\.hookGracePeriod must be .* at most 10m; it is "1h"/],
  ['okta: {quotaPercent: 0}', /okta\.quotaPercent must be a whole number from 1 to 100; it is 0/],
  ['okta: {maxWait: 1s}', /okta\.maxWait must be .* at least 1m, at most 24h; it is "1s"/],
  ['watch: 5', /watch must be a group of keys; it is 5/],
  ['watch: {duration: 1s}', /watch\.duration must be .* at least 1m; it is "1s"/],
  ['retention: {dedupeKeys: 1d}', /retention\.dedupeKeys must be .* at least 7d; it is "1d"/],
  ['retries: {firstWait: 1h}', /retries\.firstWait is longer than retries\.maxWait\. Make it shorter/],
  ['writes: {minConfidenceForAuto: sure}', /minConfidenceForAuto must be one of low, medium, high/],
  ['canary: {every: 1s}', /canary\.every must be .* at least 10s, at most 1d; it is "1s"/],
  ['tickets: {targets: 3}', /tickets\.targets must be a list; it is 3/],
  ['tickets: {targets: [{name: a, kind: jria}]}', /tickets\.targets, item 1, kind is unknown/],
  ['tickets: {routes: [{to: [nobody]}]}', /tickets\.routes, item 1, leads to nobody, which is not a target/],
  ['a: [1', /line 1: this is not valid YAML/],
  ['- guards', /line 1: the policy must be a group of keys/],
  ['guards: {}\nguards: {}', /line 2: this is not valid YAML: Map keys must be unique/],
  ['guards:\n\tstormUsers: 3', /line 2: this is not valid YAML: Tabs are not allowed/],
  ['guards: !secret x', /this is not valid YAML: Unresolved tag/],
  ['guards: {}\n---\nguards: {}', /line 2: .*The file holds several documents; keep one/],
  ['base: &b {stormUsers: 3}\nguards:\n  <<: *b', /line 3: .*The alias \*b is not allowed in a policy/],
  ['__proto__: {a: 1}\nconstructor: x', /line 1: __proto__ is unknown\.\n.*line 2: constructor is unknown/],
  ['guards: *base', /The alias \*base is not allowed in a policy; write the value out/]
]

const PLACES: readonly Wrong[] = [
  ['REENROLL_LEDGER_HEAD_TO', '/var/log/heads.log', /is a path; write file:\/path\/to\/it, or a web address/],
  ['REENROLL_STORE_URL', 'postgres://', /neither sqlite:<path>.*nor postgres:/],
  ['REENROLL_OIDC_ISSUER', 'http://idp.example.com', /the address must begin with https:/]
]

const CASES: readonly Wrong[] = [...SETTINGS, ...PLACES, ...POLICIES.map(([text, says]) => [text, '', says] as const)]

for (const [what, value, says] of CASES) {
  t.test(`${what} ${value}`.trim().replaceAll(folder, ''), async (t) => {
    const isPolicy = what !== what.toUpperCase()
    if (isPolicy) writeFileSync(policy, what)
    const { exitCode, err } = await say(['serve'], {
      ...ENV,
      ...(isPolicy ? { REENROLL_POLICY_FILE: policy } : { [what]: value })
    })
    t.equal(exitCode, 1)
    t.match(err, /^Configuration is invalid \(\d+ errors?\); not starting\./)
    t.match(err, says)
    t.notMatch(err, /^ +at |Internal error/m, 'no stack')
  })
}
