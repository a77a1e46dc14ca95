/**
 * Verifies that a request comes from the tracker: each system's own signature over the raw body, compared in constant time.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { TicketSystem } from '../../config/policy/ticket-policy.ts'

/** The header's value, or an empty text. */
export type Header = (name: string) => string
type Check = (body: string, header: Header, secret: string) => boolean

/** `X-Hub-Signature-256` of GitHub, `X-Hub-Signature` of Jira: `sha256=` and the HMAC in hex. */
const hubSignature =
  (name: string): Check =>
  (body, header, secret) =>
    isSame(header(name), `sha256=${hmac(body, secret)}`)

/** Systems that may send what people did. Slack has a route of its own, and a workflow of Teams sends nothing. */
export type SendingSystem = Exclude<TicketSystem, 'slack' | 'teams'>

/** PagerDuty sends one signature per secret while secrets are being changed. */
export const SIGNATURES: Readonly<Record<SendingSystem, Check>> = {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  github: hubSignature('x-hub-signature-256'),
  // https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
  jira: hubSignature('x-hub-signature'),
  // https://developer.pagerduty.com/docs/webhooks-v3/webhook-signatures
  pagerduty: (body, header, secret) => {
    const wanted = `v1=${hmac(body, secret)}`
    const all = header('x-pagerduty-signature').split(',').slice(0, 10)
    return all.map((signature) => isSame(signature.trim(), wanted)).includes(true)
  },
  // ServiceNow's outbound messages carry headers but sign nothing.
  servicenow: (_body, header, secret) => isSame(header('x-reenroll-secret'), secret),
  // https://www.standardwebhooks.com: the time is signed too, and five minutes old at most.
  webhook: (body, header, secret) => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
    try {
      new Webhook(secret).verify(body, Object.fromEntries(names.map((name) => [name, header(name)])))
      return true
    } catch {
      return false
    }
  }
}

function hmac(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

export function sendsWebhooks(system: TicketSystem): system is SendingSystem {
  return system in SIGNATURES
}

const SIGNATURE_HEADERS: Readonly<Record<SendingSystem, string>> = {
  github: 'x-hub-signature-256',
  jira: 'x-hub-signature',
  pagerduty: 'x-pagerduty-signature',
  servicenow: 'x-reenroll-secret',
  webhook: 'webhook-signature'
}

/** True when no body can make this request authentic, so that none needs to be read. */
export function lacksProof(system: SendingSystem, header: Header, secret: string): boolean {
  return system === 'servicenow' ? !SIGNATURES[system]('', header, secret) : header(SIGNATURE_HEADERS[system]) === ''
}

/** In constant time: hashes make all lengths equal. */
export function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
