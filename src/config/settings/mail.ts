/** `REENROLL_SMTP_URL` and its companions: the mail server for guidance to users. Nothing is mailed without it. */
import type { SettingsSource } from './values.ts'

export interface MailSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (`smtps:`); otherwise STARTTLS. */
  readonly secure: boolean
  /** Refuse to send where STARTTLS is not offered. */
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
  /** `Service desk <desk@example.com>`, or only the address. */
  readonly from: string
  readonly replyTo: string | null
}

const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** One address, with or without a name before it; nothing that could begin another header or another recipient. */
const MAILBOX = /^(?:[^<>@,;:"\\\p{Cc}]{1,80} )?(?:<[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>|[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+)$/u

/** The settings; undefined without an address of a server, null when something is wrong. No sentence shows the address. */
export function readMail(source: SettingsSource): MailSettings | undefined | null {
  const url = source.get('REENROLL_SMTP_URL')
  const replyTo = source.get('REENROLL_MAIL_REPLY_TO')
  const from = source.get('REENROLL_MAIL_FROM')
  if (url === null) {
    if (!source.isSet('REENROLL_SMTP_URL')) return undefined
    return null
  }
  const server = serverOf(url)
  if (server === null) {
    source.fault(
      'REENROLL_SMTP_URL is no address of a mail server. Write smtps://user:password@host:465, or smtp://host:587 for STARTTLS.'
    )
  }
  if (from === null) source.fault('REENROLL_MAIL_FROM is missing. Write the sender, such as desk@example.com.')
  const wrong = [
    ['REENROLL_MAIL_FROM', from],
    ['REENROLL_MAIL_REPLY_TO', replyTo]
  ].filter(([, mailbox]) => typeof mailbox === 'string' && !MAILBOX.test(mailbox))
  for (const [name] of wrong) {
    source.fault(`${name} is no mail address. Write desk@example.com, or Service desk <desk@example.com>.`)
  }
  return server === null || from === null || wrong.length > 0 ? null : { ...server, from, replyTo }
}

function serverOf(text: string): Omit<MailSettings, 'from' | 'replyTo'> | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, searchParams } = new URL(text)
  if ((protocol !== 'smtp:' && protocol !== 'smtps:') || hostname === '') return null
  const [user, pass] = [decoded(username), decoded(password)]
  if (user === null || pass === null) return null
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORTS[protocol] : Number(port),
    secure: protocol === 'smtps:',
    requireTls: searchParams.get('tls') !== 'optional' && !LOOPBACK.includes(hostname),
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
