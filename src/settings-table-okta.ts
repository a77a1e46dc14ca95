/** The rows of the settings table about Okta: the org, the app that reads, and the one that writes. */
import type { Setting } from './settings-table.ts'

/** Read everything that a decision is made of (facts §7, §3.1). */
const READ_SCOPES = ['okta.users.read', 'okta.devices.read', 'okta.logs.read', 'okta.roles.read'] as const

/** What the six remediations need (facts §7, §3.2). */
const WRITE_SCOPES = ['okta.users.manage', 'okta.devices.manage'] as const

/** For one app that does both. */
export const DEFAULT_SCOPES = [...READ_SCOPES, ...WRITE_SCOPES] as const

export const OKTA_SETTINGS = [
  {
    name: 'OKTA_CLIENT_ORGURL',
    default: null,
    needed: 'required',
    meaning: 'Address of the Okta org, without a path. HTTPS, except for loopback addresses.',
    secret: false,
    example: 'https://example.okta.com'
  },
  {
    name: 'OKTA_CLIENT_CLIENTID',
    default: null,
    needed: 'with a private key',
    meaning: 'Client id of the API Services app.',
    secret: false,
    example: '0oa1a2b3c4D5E6F7G8H9'
  },
  {
    name: 'OKTA_CLIENT_PRIVATEKEY',
    default: null,
    needed: 'this or a token',
    meaning: 'Private key of that app: RSA, at least 2048 bits, as JWK (JSON) or PEM. The SDK cannot use EC keys.',
    secret: true,
    example: ''
  },
  {
    name: 'OKTA_CLIENT_KEYID',
    default: null,
    needed: 'with a private key that is no JWK with a kid',
    meaning: "The key's id (kid) as the app lists it.",
    secret: false,
    example: ''
  },
  {
    name: 'OKTA_CLIENT_SCOPES',
    default: DEFAULT_SCOPES.join(' '),
    needed: 'optional',
    meaning:
      'Scopes to ask for, separated by spaces; each must be granted to the app, or Okta refuses the token. Leave out the two `manage` scopes to observe only; with an actuator the default has none. Add `okta.eventHooks.read` for the metric `reenroll_hook_verified`. Add `okta.userRisk.read` with Identity Threat Protection; without it declare `risk` absent in the policy.',
    secret: false,
    example: DEFAULT_SCOPES.join(' ')
  },
  {
    name: 'OKTA_CLIENT_TOKEN',
    default: null,
    needed: 'development only',
    meaning: 'API token (SSWS) in place of a private key. It has every right of the admin who made it.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_ACTUATOR_CLIENTID',
    default: null,
    needed: 'with an actuator',
    meaning:
      'Client id of a second API Services app, which does the writes and nothing else; the first app then only reads. Without it the first app does both.',
    secret: false,
    example: '0oa3c4d5E6F7G8H9I0J1'
  },
  {
    name: 'REENROLL_ACTUATOR_PRIVATEKEY',
    default: null,
    needed: 'with an actuator',
    meaning: 'Private key of that app, of the same kind as the first one and another key.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_ACTUATOR_KEYID',
    default: null,
    needed: 'with a private key that is no JWK with a kid',
    meaning: "That key's id (kid) as the app lists it.",
    secret: false,
    example: ''
  },
  {
    name: 'REENROLL_ACTUATOR_SCOPES',
    default: WRITE_SCOPES.join(' '),
    needed: 'optional',
    meaning: 'Scopes to ask for with that app; each must be granted to it.',
    secret: false,
    example: WRITE_SCOPES.join(' ')
  }
] as const satisfies readonly Setting[]
