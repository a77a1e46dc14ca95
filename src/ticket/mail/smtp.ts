/**
 * Mail by any SMTP server, through `nodemailer`. What came of a try is said in our words, never in the server's: its answers
 * quote the address.
 */

import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import connectOver from 'nodemailer/lib/smtp-connection/http-proxy-client'
import XOAuth2 from 'nodemailer/lib/xoauth2'
import type { MailSettings } from '../../config/settings/mail.ts'
import { field } from '../../domain/json.ts'
import { SECOND_MS } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { grantedToken } from '../targets/access-tokens.ts'
import { authoritiesIn, fetchOver } from '../targets/connection.ts'
import { createHttpClient, isUntrusted } from '../targets/http.ts'
import { TargetError } from '../targets/target.ts'
import type { MailMessage } from './message.ts'

export type Posted =
  | { readonly of: 'sent' }
  /** The connection broke after the whole message was on its way: the server may have it. */
  | { readonly of: 'perhaps_sent'; readonly because: string }
  /** Not now (4xx): greylisting, a full mailbox, too many messages. */
  | { readonly of: 'later'; readonly because: string }
  /** Permanent (5xx): the mailbox does not exist, or the server rejects our mail. */
  | { readonly of: 'refused'; readonly because: string }
  | { readonly of: 'unreachable'; readonly because: string }
  | { readonly of: 'denied'; readonly because: string }

export interface Post {
  send(to: string, message: MailMessage, messageId: string): Promise<Posted>
  /** Errors of server and credentials, as sentences. Sends nothing. */
  check(): Promise<readonly string[]>
}

const TIMEOUT_MS = 20 * SECOND_MS

/** A connection to port and host by way of the proxy. */
const tunnelOver = promisify<string, number, string, Socket>(connectOver)

/**
 * One connection for one message: mails to users are few, and a connection kept open is one that is found broken.
 * With `oauth` the user logs in by access token (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol).
 */
export function openPost(settings: MailSettings, clock: Clock): Post {
  const { host, port, secure, requireTls, auth, oauth, from, replyTo, proxy, caFile } = settings
  const fetch = fetchOver({ proxy: proxy ?? undefined })
  const http = createHttpClient({ name: 'mail', pace: async () => {}, timeoutMs: TIMEOUT_MS, fetch })
  const tokens = oauth && grantedToken('mail', oauth, { http, clock })
  const options = {
    ...{ host, port, secure, requireTLS: !secure && requireTls },
    ...(caFile === null ? {} : { tls: { ca: authoritiesIn(caFile, 'REENROLL_SMTP_CA') } }),
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS, dnsTimeout: TIMEOUT_MS }
  }

  async function connected<T>(work: (connection: SMTPConnection) => Promise<T>): Promise<T> {
    const way = proxy === null ? {} : { connection: await tunnelOver(proxy, port, host) }
    const connection = new SMTPConnection({ ...options, ...way })
    const broken = Promise.withResolvers<never>()
    connection.on('error', broken.reject)
    // The caller gets the error; nobody else needs it.
    broken.promise.catch(() => {})
    const said = (call: (done: (error?: Error | null) => void) => void) =>
      Promise.race([
        broken.promise,
        new Promise<void>((resolve, reject) => call((error) => (error ? reject(error) : resolve())))
      ])
    try {
      await said((done) => connection.connect(done))
      if (auth && tokens) {
        const oauth2 = new XOAuth2({ user: auth.user, accessToken: await tokens.token() })
        await said((done) => connection.login({ oauth2 }, done))
      } else if (auth) await said((done) => connection.login(auth, done))
      return await Promise.race([broken.promise, work(connection)])
    } catch (error) {
      if (isLoginRefused(error)) tokens?.forget()
      throw error
    } finally {
      connection.quit()
    }
  }

  return {
    async send(to, { subject, text, html }, messageId) {
      const composed = new MailComposer({
        ...{ from, to: { name: '', address: to }, subject, text, html, messageId },
        ...(replyTo === null ? {} : { replyTo }),
        // No out-of-office answers (RFC 3834), and no loops.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        // Nothing of a message is ever read from a file or an address.
        ...{ disableFileAccess: true, disableUrlAccess: true }
      }).compile()
      const message = watched(await composed.build())
      try {
        await connected(
          (connection) =>
            new Promise<void>((resolve, reject) =>
              connection.send(composed.getEnvelope(), message.stream, (error) => (error ? reject(error) : resolve()))
            )
        )
        return { of: 'sent' }
      } catch (error) {
        return postedOf(error, message.begun())
      }
    },
    async check() {
      try {
        await connected(async () => {})
        return []
      } catch (error) {
        const posted = postedOf(error, false)
        return 'because' in posted ? [`mail: ${posted.because}`] : []
      }
    }
  }
}

/** The message as a stream that knows whether its first byte was asked for, which is after the server said "go on" to DATA. */
function watched(message: Buffer): { readonly stream: Readable; begun(): boolean } {
  let begun = false
  const stream = new Readable({
    read() {
      begun = true
      this.push(message)
      this.push(null)
    }
  })
  return { stream, begun: () => begun }
}

/** The address in the angle brackets, or the whole. */
export function domainOf(from: string): string {
  return from.replace(/^.*@/, '').replace(/>$/, '')
}

function isLoginRefused(error: unknown): boolean {
  const code = field(error, 'code')
  return code === 'EAUTH' || code === 'ENOAUTH'
}

/** `code`, `originalCode`, `command` and `responseCode` are nodemailer's (`lib/smtp-connection`). */
function postedOf(error: unknown, begun: boolean): Posted {
  const { code, originalCode = code, command, responseCode, response } = Object(error) as Record<string, unknown>
  const status = typeof responseCode === 'number' ? responseCode : null
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(typeof response === 'string' ? response : '')?.[1]
  const answer = `The mail server answered ${status}${enhanced ? ` ${enhanced}` : ''} to ${String(command ?? 'us')}.`
  if (error instanceof TargetError)
    return { of: error.reason === 'denied' ? 'denied' : 'unreachable', because: error.message }
  if (isLoginRefused(error))
    return { of: 'denied', because: 'The mail server refuses the login: user name, password or access token.' }
  if (code === 'ETLS') return { of: 'denied', because: 'The mail server offers no TLS.' }
  if (isUntrusted(String(originalCode)))
    return { of: 'denied', because: `The certificate of the mail server is not trusted (${originalCode}).` }
  if (status !== null && status >= 500) return { of: 'refused', because: answer }
  if (status !== null && status >= 400) return { of: 'later', because: answer }
  // Any earlier end of the connection has delivered nothing.
  if (begun) return { of: 'perhaps_sent', because: 'The connection broke after the message was handed over.' }
  if (code === 'EENVELOPE' || code === 'EMESSAGE')
    return { of: 'refused', because: 'The message cannot be sent as it is.' }
  return {
    of: 'unreachable',
    because: `The mail server cannot be reached (${String(originalCode ?? 'no reason given')}).`
  }
}
