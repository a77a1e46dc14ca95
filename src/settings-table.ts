/** Every setting as data. Parsing, `.env.example` and the README table all follow this list; tests compare them both ways. */
import { OKTA_SETTINGS } from './settings-table-okta.ts'
import { TRACING_SETTINGS } from './settings-table-tracing.ts'

export { DEFAULT_SCOPES } from './settings-table-okta.ts'

import { STORE_SETTINGS } from './settings-table-store.ts'

export interface Setting {
  readonly name: string
  /** Used when the setting is not set; null when there is no default. */
  readonly default: string | null
  /** `required`, `optional`, or the condition under which it is needed. */
  readonly needed: string
  /** One or two sentences for the README and `.env.example`. */
  readonly meaning: string
  /** Never printed, and readable from a file: `NAME_FILE` holds the path (for mounted secrets). */
  readonly secret: boolean
  /** A value to start from in `.env.example`. */
  readonly example: string
}

/** Hook secrets and the ops token are bearer secrets; shorter ones can be guessed. In characters. */
export const MIN_SECRET_LENGTH = 24

export const SETTINGS = [
  ...OKTA_SETTINGS,
  {
    name: 'REENROLL_HOOK_SECRETS',
    default: null,
    needed: 'required',
    meaning: `Secrets that Okta may send with a delivery, separated by commas, each at least ${MIN_SECRET_LENGTH} characters. Any of them is accepted, so that they can be rotated.`,
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_HOOK_AUTH_HEADER',
    default: 'authorization',
    needed: 'optional',
    meaning: 'Header that carries the secret, as set in the event hook.',
    secret: false,
    example: 'authorization'
  },
  {
    name: 'REENROLL_HOOK_HOST',
    default: '0.0.0.0',
    needed: 'optional',
    meaning: 'Address of the public listener: event hook and liveness, nothing else.',
    secret: false,
    example: '0.0.0.0'
  },
  {
    name: 'REENROLL_HOOK_PORT',
    default: '8080',
    needed: 'optional',
    meaning: 'Its port; 0 takes a free one.',
    secret: false,
    example: '8080'
  },
  {
    name: 'REENROLL_OPS_HOST',
    default: '127.0.0.1',
    needed: 'optional',
    meaning: 'Address of the internal listener: API, metrics, health.',
    secret: false,
    example: '127.0.0.1'
  },
  {
    name: 'REENROLL_OPS_PORT',
    default: '9090',
    needed: 'optional',
    meaning: 'Its port; 0 takes a free one.',
    secret: false,
    example: '9090'
  },
  {
    name: 'REENROLL_OPS_TOKEN',
    default: null,
    needed: 'required',
    meaning: `Bearer token of the API, at least ${MIN_SECRET_LENGTH} characters. Whoever holds it may approve.`,
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_PUBLIC_HOOK_URL',
    default: null,
    needed: 'for the canary',
    meaning:
      'Address of the hook as Okta has it, path and all. A signed delivery of our own goes there now and then (`canary` in the policy), to prove that the way from outside to a handled case is open. Without it none is sent.',
    secret: false,
    example: 'https://reenroll.example.com/okta/event-hooks'
  },
  {
    name: 'REENROLL_PUBLIC_OPS_URL',
    default: null,
    needed: 'with OIDC',
    meaning:
      'Address at which people reach the review pages; tickets link to it, and the sign-in provider sends people back to its `/sign-in/callback`, and after signing out to its `/sign-in`. Without it, the ops listener’s own address.',
    secret: false,
    example: 'https://reenroll.example.com'
  },
  {
    name: 'REENROLL_SESSION_KEY',
    default: null,
    needed: 'with several replicas',
    meaning:
      'Encrypts the session cookies of the review pages, at least 32 characters. Without it, people sign in again after every restart.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_OIDC_ISSUER',
    default: null,
    needed: 'optional',
    meaning:
      'OpenID Connect issuer for signing in to the review pages, such as the Okta org’s own address. Without it, people type the ops token.',
    secret: false,
    example: 'https://example.okta.com'
  },
  {
    name: 'REENROLL_OIDC_CLIENT_ID',
    default: null,
    needed: 'with OIDC',
    meaning: 'Client id of the web app at that provider (authorization code with PKCE).',
    secret: false,
    example: '0oa2b3c4d5E6F7G8H9I0'
  },
  {
    name: 'REENROLL_OIDC_CLIENT_SECRET',
    default: null,
    needed: 'for a confidential client',
    meaning: 'Its client secret.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_OIDC_APPROVER_GROUPS',
    default: null,
    needed: 'with OIDC',
    meaning: 'Groups whose members may approve, reject, close and use the brake, separated by commas.',
    secret: false,
    example: 'reenroll-approvers'
  },
  {
    name: 'REENROLL_OIDC_VIEWER_GROUPS',
    default: null,
    needed: 'optional',
    meaning: 'Groups whose members may only look, separated by commas. Who is in no group gets in nowhere.',
    secret: false,
    example: 'service-desk'
  },
  {
    name: 'REENROLL_OIDC_GROUPS_CLAIM',
    default: 'groups',
    needed: 'optional',
    meaning: 'Claim of the id token or the user info that lists a person’s groups.',
    secret: false,
    example: 'groups'
  },
  {
    name: 'REENROLL_OIDC_SCOPES',
    default: 'openid profile email groups',
    needed: 'optional',
    meaning: 'Scopes to ask for. Leave out `groups` where the provider does not know it.',
    secret: false,
    example: 'openid profile email groups'
  },
  ...STORE_SETTINGS,
  {
    name: 'REENROLL_TICKET_SECRETS',
    default: null,
    needed: 'with ticket targets',
    meaning:
      'Credentials of the ticket systems that the policy names, as a JSON object by target name: an API token, a password, an integration key, a webhook secret. A Slack target with approvers also needs `name.signing`, its signing secret; a target whose tracker sends us webhooks `name.hook`, the secret of these.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_SMTP_URL',
    default: null,
    needed: 'with mail to users',
    meaning:
      'Mail server for the steps that the policy mails to users (`tickets.mail`): `smtps://user:password@host:465`, or `smtp://host:587`, which insists on STARTTLS unless `?tls=optional` is added. Letters such as `@` in user or password are percent-encoded.',
    secret: true,
    example: ''
  },
  {
    name: 'REENROLL_MAIL_FROM',
    default: null,
    needed: 'with mail to users',
    meaning: 'Sender of that mail: an address, with or without a name before it.',
    secret: false,
    example: 'Service desk <desk@example.com>'
  },
  {
    name: 'REENROLL_MAIL_REPLY_TO',
    default: null,
    needed: 'optional',
    meaning: 'Where answers go; without it, to the sender.',
    secret: false,
    example: 'desk@example.com'
  },
  {
    name: 'REENROLL_POLICY_FILE',
    default: null,
    needed: 'optional',
    meaning: 'Path of the policy (YAML); without it the built-in policy of `deploy/policy.example.yaml` is in force.',
    secret: false,
    example: 'policy.yaml'
  },
  {
    name: 'REENROLL_MODE',
    default: 'auto',
    needed: 'optional',
    meaning: 'Ceiling over all rules: `observe` (say what would be done), `propose` (a person approves) or `auto`.',
    secret: false,
    example: 'observe'
  },
  {
    name: 'REENROLL_LOG_USER_KEY',
    default: null,
    needed: 'optional',
    meaning:
      'Key of at least 32 characters. With it, logs and traces name each user by a keyed hash of the Okta id, the same for as long as the key is. Without it they name no user.',
    secret: true,
    example: ''
  },
  ...TRACING_SETTINGS
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']
