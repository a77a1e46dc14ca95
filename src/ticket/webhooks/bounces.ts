/**
 * Mail to users that came back later: a delivery status notification (RFC 3464) that a rule of the sender's mailbox hands on,
 * or the event webhook of SendGrid
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event). Both hold our message id, which names the case.
 * A false one, which anybody who got the mail could send to the mailbox, only makes a ticket. Pure.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { parseJson } from '../../domain/json.ts'
import { textAt } from '../targets/http.ts'
import { type Header, isSame } from './signatures.ts'

const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'
const SECRET = 'x-reenroll-secret'

/** False when no body can make this request authentic. */
export function mayBeFromMail(header: Header, secret: string): boolean {
  return header(keyIn(secret) ? SIGNATURE : SECRET) !== ''
}

/** SendGrid's verification key is public, so it proves only by signatures; any other secret is sent along. */
export function isFromMail(body: string, header: Header, secret: string): boolean {
  const key = keyIn(secret)
  if (!key) return isSame(header(SECRET), secret)
  return verify('sha256', Buffer.from(`${header(TIMESTAMP)}${body}`), key, Buffer.from(header(SIGNATURE), 'base64'))
}

function keyIn(secret: string): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}

/** Ids of the cases whose message came back for good. */
export function returnedCases(body: string): readonly string[] {
  const events = parseJson(body)
  const ids = Array.isArray(events) ? events.flatMap(idsOfEvent) : idsOfNotification(body)
  return [...new Set(ids.flatMap((id) => OURS.exec(id)?.[1] ?? []))]
}

/** As the dispatcher writes it. */
const OURS = /^<?(RE-[0-9A-Za-z-]+)\.reenroll@/

/** `bounce` has the types bounce and blocked; `dropped` was never sent, since an earlier one came back. */
function idsOfEvent(event: unknown): readonly string[] {
  const isLost = ['bounce', 'dropped'].includes(textAt(event, 'event') ?? '')
  return isLost ? [textAt(event, 'smtp-id') ?? ''] : []
}

/** The parts with the status and the original header are 7-bit text (RFC 3464 §2.1, RFC 6522 §3). */
function idsOfNotification(body: string): readonly string[] {
  const [head = ''] = body.split(/\r?\n\r?\n/, 1)
  const isNotification = /^content-type:\s*multipart\/report\b[\s\S]*report-type="?delivery-status/im.test(head)
  if (!isNotification || !/^action:\s*failed\b/im.test(body)) return []
  return [...body.matchAll(/^message-id:\s*(<\S+)/gim)].map(([, id = '']) => id)
}
