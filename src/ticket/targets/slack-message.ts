/** A case as one Slack message (https://docs.slack.dev/reference/block-kit). Pure. */
import { oneLine } from '../format/document.ts'
import { mrkdwnOf, mrkdwnText } from '../format/text.ts'
import type { TicketSnapshot } from './target.ts'
import { chatSections } from './ticket-text.ts'

/** A section holds 3,000 characters, a header 150. */
const MAX_SECTION = 2_900
const MAX_HEADER = 150

export const APPROVE_BUTTON = 'reenroll_approve'
export const REJECT_BUTTON = 'reenroll_reject'

/** What a button carries: exactly what the person saw. */
export interface ButtonValue {
  readonly caseId: string
  readonly hash: string
}

/** For notifications and screen readers. */
export function slackText(snapshot: TicketSnapshot, open: boolean): string {
  return mrkdwnText(`${open ? '' : 'Resolved: '}${oneLine(snapshot.title, 300)}`)
}

export function slackBlocks(
  snapshot: TicketSnapshot,
  { open, buttons }: { open: boolean; buttons: boolean }
): readonly object[] {
  const mark = open ? '' : '✅ '
  return [
    {
      type: 'header',
      text: { type: 'plain_text', text: oneLine(`${mark}${snapshot.title}`, MAX_HEADER - 1), emoji: false }
    },
    ...chatSections(snapshot.body).map((section) => ({
      type: 'section',
      text: { type: 'mrkdwn', text: cut(mrkdwnOf(section)) }
    })),
    { type: 'actions', elements: [caseButton(snapshot), ...(open && buttons ? answerButtons(snapshot) : [])] }
  ]
}

function cut(text: string): string {
  return text.length <= MAX_SECTION ? text : `${text.slice(0, text.lastIndexOf('\n', MAX_SECTION))}\n…`
}

function caseButton({ caseUrl, caseId }: TicketSnapshot): object {
  return {
    type: 'button',
    text: { type: 'plain_text', text: `Open ${caseId}` },
    url: caseUrl,
    action_id: 'reenroll_open'
  }
}

/** A proposal that needs guards overridden is answered on the case's page, where each wants its own reason. */
function answerButtons({ caseId, proposal }: TicketSnapshot): readonly object[] {
  if (!proposal || proposal.overrides > 0) return []
  const value = JSON.stringify({ caseId, hash: proposal.hash } satisfies ButtonValue)
  const button = (text: string, action_id: string, style: string) => ({
    ...{ type: 'button', text: { type: 'plain_text', text }, action_id, value, style },
    confirm: {
      title: { type: 'plain_text', text: `${text}?` },
      text: { type: 'plain_text', text: 'Your name goes into the ledger.' },
      confirm: { type: 'plain_text', text },
      deny: { type: 'plain_text', text: 'Not now' }
    }
  })
  return [button('Approve', APPROVE_BUTTON, 'primary'), button('Reject', REJECT_BUTTON, 'danger')]
}
