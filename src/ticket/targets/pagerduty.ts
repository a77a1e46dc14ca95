/**
 * PagerDuty Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview). The key is ours (`dedup_key`), so a
 * repetition makes nothing twice and nothing needs to be looked up. A resolved key opens a new alert when triggered again.
 */
import type { PagerDutySettings } from '../../config/policy/ticket-policy.ts'
import type { Draft } from '../../domain/desk.ts'
import { oneLine } from '../format/document.ts'
import { plainLine, plainTextOf } from '../format/text.ts'
import { textAt } from './http.ts'
import { checkResult, missingRights } from './rights.ts'
import { type Ref, type Target, type TargetDeps, TargetError, type TicketSnapshot, WITHOUT_READS } from './target.ts'
import { shortened } from './ticket-text.ts'

const SEVERITIES: Readonly<Record<Draft['severity'], 'critical' | 'error' | 'warning' | 'info'>> = {
  security: 'critical',
  high: 'error',
  normal: 'warning',
  low: 'info'
}

/** The summary holds 1,024 characters, the whole event 512 KB; ours stays far below. */
const MAX_SUMMARY = 1_000
const MAX_DETAILS = 60_000

export function createPagerDutyTarget(
  name: string,
  { url, source }: PagerDutySettings,
  routingKey: string,
  { http }: TargetDeps
): Target {
  async function send(action: 'trigger' | 'acknowledge' | 'resolve', snapshot: TicketSnapshot): Promise<Ref> {
    const { caseId } = snapshot
    const event = { routing_key: routingKey, event_action: action, dedup_key: caseId, client: 'Reenroll' }
    // Only a trigger needs a payload; the description wants one of every event, so each gets the same short one.
    const body = { ...event, ...contentOf(snapshot, source) }
    const answer = await http.call('POST', `${url}/v2/enqueue`, { body, system: 'pagerduty' })
    if (textAt(answer.body, 'status') !== 'success')
      throw new TargetError('unreadable', `${name} answered without the status of the event.`)
    return { key: caseId, url: snapshot.caseUrl }
  }

  return {
    name,
    system: 'pagerduty',
    ...WITHOUT_READS,
    can: { lookupSettlesMs: null, reopen: false, notes: false, closings: false },
    async ensure(snapshot, known) {
      const ref = await send('trigger', snapshot)
      // The case has an owner, so nobody else needs a page. No event undoes an acknowledgement.
      if (snapshot.taken) await send('acknowledge', snapshot)
      return { ref: known ?? ref, state: 'open', wontFix: false }
    },
    async resolve(_, snapshot) {
      await send('resolve', snapshot)
      return 'resolved'
    },
    async reopen(_, snapshot) {
      await send('trigger', snapshot)
      return true
    },
    async check() {
      if (!/^[0-9a-zA-Z]{32}$/.test(routingKey)) {
        const what = `${name}: the secret is not a valid integration key; PagerDuty's have 32 letters and digits.`
        return checkResult('pagerduty', [what])
      }
      // Resolving a key that nobody triggered is accepted and changes nothing.
      const event = { routing_key: routingKey, event_action: 'resolve', dedup_key: 'reenroll-doctor' }
      const payload = { summary: 'Reenroll checks this integration.', source, severity: 'info' }
      const { status } = await http.call('POST', `${url}/v2/enqueue`, { body: { ...event, payload }, expect: [400] })
      return checkResult('pagerduty', status === 400 ? missingRights(name, 'pagerduty', ['integration key']) : [])
    }
  }
}

function contentOf(snapshot: TicketSnapshot, source: string) {
  return {
    client_url: snapshot.caseUrl,
    links: [{ href: snapshot.caseUrl, text: `Case ${snapshot.caseId} in Reenroll` }],
    payload: {
      // Webhooks may lack the key, but not the title.
      summary: `${oneLine(snapshot.title, MAX_SUMMARY)} [${snapshot.caseId}]`,
      source,
      severity: snapshot.set.severity ?? SEVERITIES[snapshot.severity],
      timestamp: snapshot.openedAt,
      component: 'Okta Verify',
      group: 'reenroll',
      class: snapshot.labels.find((label) => label.startsWith('cause:'))?.slice('cause:'.length) ?? 'unknown',
      custom_details: {
        text: plainTextOf(shortened(snapshot, MAX_DETAILS)),
        news: snapshot.newEntries.map(plainLine),
        story: snapshot.story
      }
    }
  }
}
