/**
 * Any system that takes a signed POST (https://www.standardwebhooks.com, `standardwebhooks` on npm): `webhook-id` stays the
 * same through all tries of one delivery, so that the receiver can drop repetitions. Reenroll chooses the ticket's key.
 */
import { Webhook } from 'standardwebhooks'
import type { WebhookSettings } from '../../config/policy/ticket-policy.ts'
import { lineMarkdown, markdownOf } from '../format/markdown.ts'
import { noteId } from '../outbox/snapshot.ts'
import { checkResult } from './rights.ts'
import { type Ref, type Target, type TargetDeps, type TicketSnapshot, WITHOUT_READS } from './target.ts'

const TYPES = ['case.opened', 'case.updated', 'case.resolved'] as const
export type WebhookType = (typeof TYPES)[number]

export function createWebhookTarget(
  name: string,
  { url }: WebhookSettings,
  secret: string,
  { http, clock }: TargetDeps
): Target {
  const signer = new Webhook(secret)

  async function post(type: WebhookType, snapshot: TicketSnapshot): Promise<Ref> {
    const id = `${noteId(snapshot)}/${type}`
    const at = clock()
    const body = JSON.stringify({ type, timestamp: at, data: dataOf(snapshot) })
    await http.call('POST', url, {
      body,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(Date.parse(at) / 1000)),
        'webhook-signature': signer.sign(id, new Date(at), body)
      }
    })
    return { key: snapshot.caseId, url: snapshot.caseUrl }
  }

  return {
    name,
    system: 'webhook',
    ...WITHOUT_READS,
    can: { lookupSettlesMs: null, reopen: false, notes: false, closings: false },
    async ensure(snapshot, known) {
      const ref = await post(known ? 'case.updated' : 'case.opened', snapshot)
      return { ref: known ?? ref, state: 'open', wontFix: false }
    },
    async resolve(_, snapshot) {
      await post('case.resolved', snapshot)
      return 'resolved'
    },
    async reopen(_, snapshot) {
      await post('case.updated', snapshot)
      return true
    },
    async check() {
      const answered = await http.call('HEAD', url, { expect: [400, 401, 403, 404, 405, 415, 422, 501] })
      return checkResult('webhook', answered.status === 404 ? [`${name}: there is nothing at ${url} (404).`] : [])
    }
  }
}

function dataOf(snapshot: TicketSnapshot) {
  return {
    case_id: snapshot.caseId,
    story: snapshot.story,
    opened_at: snapshot.openedAt,
    title: snapshot.title,
    /** Markdown. */
    text: `${markdownOf(snapshot.body)}\n`,
    severity: snapshot.severity,
    labels: snapshot.labels,
    url: snapshot.caseUrl,
    news: snapshot.newEntries.map(lineMarkdown)
  }
}
