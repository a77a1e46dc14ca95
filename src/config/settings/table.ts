/** Every setting as data. Parsing, `.env.example` and the README table all follow this list; tests compare them both ways. */

/* The rows of the settings table about Okta: the org, the app that reads, and the one that writes. */

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

/* The settings that say where the store is and how to reach it. Part of `settings-table.ts`. */

export const STORE_SETTINGS = [
  {
    name: 'REENROLL_STORE_URL',
    default: 'sqlite:data/reenroll.db',
    needed: 'optional',
    meaning: 'Where cases are kept: `sqlite:` and a path, or `postgres://…`. `memory:` is for tests.',
    secret: false,
    example: 'sqlite:data/reenroll.db'
  },
  {
    name: 'REENROLL_STORE_PASSWORD_COMMAND',
    default: null,
    needed: 'optional',
    meaning:
      'Command that prints the password of the database, for passwords that expire (AWS, Google and Azure sign-in tokens). It runs at start and when the last password is five minutes old.',
    secret: false,
    example: 'aws rds generate-db-auth-token --hostname db.example.com --port 5432 --username reenroll'
  },
  {
    name: 'REENROLL_STORE_POOL',
    default: '10',
    needed: 'optional',
    meaning: 'Connections to PostgreSQL for work, of each replica. Deliveries and notifications have three more.',
    secret: false,
    example: '10'
  },
  {
    name: 'REENROLL_STORE_SSLMODE',
    default: null,
    needed: 'optional',
    meaning:
      'How the connection to PostgreSQL is encrypted, in its own words: `disable`, `require`, `verify-ca` or `verify-full`, ' +
      'which alone makes sure that it is your server. Without it, the `sslmode` of the URL counts.',
    secret: false,
    example: 'verify-full'
  },
  {
    name: 'REENROLL_STORE_SSLROOTCERT',
    default: null,
    needed: 'optional',
    meaning: 'PEM file of the authority that has signed the certificate of the PostgreSQL server.',
    secret: false,
    example: '/etc/reenroll/database-ca.pem'
  }
] as const satisfies readonly Setting[]

/* The `OTEL_*` rows of the settings table: OpenTelemetry's own names, as far as Reenroll honours them. */

export const TRACING_SETTINGS = [
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: null,
    needed: 'optional',
    meaning:
      'Collector that traces are sent to, OTLP over HTTP (JSON); `/v1/traces` is added. Without it nothing is traced.',
    secret: false,
    example: 'http://collector:4318'
  },
  {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    default: null,
    needed: 'optional',
    meaning: 'The same for traces alone, taken as it is, with its path.',
    secret: false,
    example: 'http://collector:4318/v1/traces'
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: null,
    needed: 'optional',
    meaning: 'Headers for the collector, such as its credentials: `key=value,key=value`.',
    secret: true,
    example: ''
  },
  {
    name: 'OTEL_SERVICE_NAME',
    default: 'reenroll',
    needed: 'optional',
    meaning: 'Name of the service in traces.',
    secret: false,
    example: 'reenroll'
  },
  {
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    default: null,
    needed: 'optional',
    meaning: 'What else every span says of this process: `key=value,key=value`.',
    secret: false,
    example: 'deployment.environment.name=production'
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    needed: 'optional',
    meaning:
      'Which traces are kept: `always_on`, `always_off` or `traceidratio`, each also as `parentbased_…`, which means the same here. All replicas decide alike.',
    secret: false,
    example: 'parentbased_traceidratio'
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    default: null,
    needed: 'with a ratio',
    meaning: 'Share of the traces to keep, from 0 to 1.',
    secret: false,
    example: '0.1'
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    default: 'otlp',
    needed: 'optional',
    meaning: '`otlp`, or `none` to trace nothing.',
    secret: false,
    example: 'otlp'
  },
  {
    name: 'OTEL_SDK_DISABLED',
    default: 'false',
    needed: 'optional',
    meaning: '`true` traces nothing, whatever else is set.',
    secret: false,
    example: 'false'
  }
] as const satisfies readonly Setting[]

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
