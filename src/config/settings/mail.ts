/** The settings for ticket systems and mail to users: credentials and the mail server. Nothing is mailed without a server. */
import {
  A_PROXY_WITH_LOGIN,
  isLoopback,
  isProxyAddress,
  type Setting,
  type SettingsSource,
  type TextCheck
} from './setting.ts'

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (`smtps:`); otherwise STARTTLS. */
  readonly secure: boolean
  /** Refuse to send where STARTTLS is not offered. */
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
  /** Where the access token comes from that logs the user in instead of a password (XOAUTH2). */
  readonly oauth: { readonly url: string; readonly form: Readonly<Record<string, string>> } | null
  /** The address of the proxy on the way to the server and to `oauth`, with its login. */
  readonly proxy: string | null
  /** PEM file of the authorities trusted for the server instead of Node's. */
  readonly caFile: string | null
  /** `Service desk <desk@example.com>`, or only the address. */
  readonly from: string
  readonly replyTo: string | null
}

const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const

/** One address, with or without a name before it; nothing that could begin another header or another recipient. */
const MAILBOX = /^(?:[^<>@,;:"\\\p{Cc}]{1,80} )?(?:<[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>|[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+)$/u

const mailbox: TextCheck = (text) =>
  MAILBOX.test(text)
    ? null
    : `${text} is not a valid mail address; write desk@example.com, or Service desk <desk@example.com>`

const smtpUrl: TextCheck = (text) =>
  serverOf(text) === null
    ? 'the value is not the address of a mail server; write smtps://user:password@host:465, or smtp://host:587 for STARTTLS'
    : null

const smtpOauthJson: TextCheck = (text) =>
  oauthOf(text) === null
    ? 'the value is not the login of an OAuth client; write {"url": "https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token", "client_id": "…", "client_secret": "…", "scope": "https://outlook.office365.com/.default"}'
    : null

const proxyUrl: TextCheck = (text) => (isProxyAddress(text) ? null : `the value is not ${A_PROXY_WITH_LOGIN}`)

const ticketSecretsJson: TextCheck = (text) => {
  const entries = entriesOf(text)
  if (entries === null) {
    return 'the value is not a JSON object of texts; write {"name of the target": "its secret", …}'
  }
  const empty = entries.filter(([, secret]) => secret.trim() === '').map(([name]) => name)
  return empty.length > 0 ? `the secret for ${empty.join(', ')} is empty; write it, or leave the target out` : null
}

export const MAIL_SETTINGS = [
  {
    name: 'REENROLL_TICKET_SECRETS',
    needed: 'with ticket targets',
    meaning:
      'Credentials of the ticket systems that the policy names, as a JSON object by target name: an API token, a password, an integration key, a webhook secret, the address of a Teams workflow. A Slack target with approvers also needs `name.signing`, its signing secret; a target whose tracker sends us webhooks `name.hook`, the secret of these; a target whose proxy has a login `name.proxy`, its address: `http://user:password@proxy.example.com:3128`. `mail.hook` lets mail that came back be reported (deploy/tickets.md).',
    secret: true,
    check: ticketSecretsJson
  },
  {
    name: 'REENROLL_SMTP_URL',
    needed: 'with mail to users',
    meaning:
      'Mail server for the steps that the policy mails to users (`tickets.mail`) and for the weekly summary (`summary`): `smtps://user:password@host:465`, or `smtp://host:587`, which insists on STARTTLS unless `?tls=optional` is added. Letters such as `@` in user or password are percent-encoded.',
    secret: true,
    check: smtpUrl
  },
  {
    name: 'REENROLL_SMTP_OAUTH',
    meaning:
      'Logs the user of `REENROLL_SMTP_URL` in by OAuth 2.0 (XOAUTH2) instead of a password: a JSON object with the `url` of the token endpoint (https) and what its form takes. With a `refresh_token` it is used, as Google needs; otherwise the client credentials grant with `scope`, as for Microsoft 365.',
    secret: true,
    check: smtpOauthJson
  },
  {
    name: 'REENROLL_SMTP_PROXY',
    meaning:
      'Proxy on the way to the mail server and to `REENROLL_SMTP_OAUTH`, such as `http://user:password@proxy.example.com:3128`; without it, none to the mail server. It must allow CONNECT to the port of the mail server.',
    secret: true,
    check: proxyUrl
  },
  {
    name: 'REENROLL_SMTP_CA',
    meaning: 'PEM file of the authorities trusted for the mail server instead of Node’s.',
    example: '/etc/reenroll/mail-ca.pem'
  },
  {
    name: 'REENROLL_MAIL_FROM',
    needed: 'with mail to users',
    meaning: 'Sender of that mail: an address, with or without a name before it.',
    example: 'Service desk <desk@example.com>',
    check: mailbox
  },
  {
    name: 'REENROLL_MAIL_REPLY_TO',
    meaning: 'Where answers go; without it, to the sender.',
    example: 'desk@example.com',
    check: mailbox
  },
  {
    name: 'REENROLL_SLACK_TOKEN',
    needed: 'with Slack messages to users',
    meaning:
      'Bot token of the Slack app that sends the steps to users (`guide.channels: [slack]`), with the scopes `users:read`, `users:read.email`, `im:write` and `chat:write`.',
    secret: true
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_TICKET_SECRETS`: credentials by the name of the target. */
export function readTicketSecrets(source: SettingsSource): Readonly<Record<string, string>> {
  return Object.fromEntries(entriesOf(source.get('REENROLL_TICKET_SECRETS') ?? '{}') ?? [])
}

/** Reads `REENROLL_SMTP_URL` and `REENROLL_MAIL_*`; null without a mail server. */
export function readMail(source: SettingsSource): MailSettings | null {
  if (!source.isSet('REENROLL_SMTP_URL')) return null
  if (!source.isSet('REENROLL_MAIL_FROM')) {
    source.error('REENROLL_MAIL_FROM', 'not set; write the sender, such as desk@example.com')
  }
  const server = serverOf(source.text('REENROLL_SMTP_URL'))
  const oauth = oauthOf(source.get('REENROLL_SMTP_OAUTH') ?? '')
  if (oauth && server && !server.auth) {
    source.error(
      'REENROLL_SMTP_OAUTH',
      'set without a user; write the mailbox in REENROLL_SMTP_URL: smtp://desk%40example.com@host:587'
    )
  }
  const [from, replyTo] = [source.text('REENROLL_MAIL_FROM'), source.get('REENROLL_MAIL_REPLY_TO')]
  const [proxy, caFile] = [source.get('REENROLL_SMTP_PROXY'), source.get('REENROLL_SMTP_CA')]
  return server && { ...server, oauth, proxy, caFile, from, replyTo }
}

function oauthOf(text: string): MailSettings['oauth'] {
  const { url = '', ...form } = Object.fromEntries(entriesOf(text) ?? [])
  const parsed = URL.parse(url)
  const isSafe = parsed !== null && (parsed.protocol === 'https:' || isLoopback(parsed.hostname))
  return isSafe && form.client_id ? { url, form } : null
}

function serverOf(text: string): Omit<MailSettings, 'from' | 'replyTo' | 'oauth' | 'proxy' | 'caFile'> | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, searchParams } = new URL(text)
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || hostname === '') return null
  const [user, pass] = [decoded(username), decoded(password)]
  if (user === null || pass === null) return null
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[protocol] : Number(port),
    secure: protocol === 'smtps:',
    requireTls: searchParams.get('tls') !== 'optional' && !isLoopback(hostname),
    auth: user === '' ? null : { user, pass }
  }
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function entriesOf(text: string): readonly (readonly [string, string])[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
    const entries = Object.entries(parsed)
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : null
  } catch {
    return null
  }
}
