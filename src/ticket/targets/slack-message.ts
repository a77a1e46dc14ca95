/** A case, or a message to people, as one Slack message (https://docs.slack.dev/reference/block-kit). Pure. */
import type { Block } from '../../domain/document.ts'
import { oneLine } from '../format/document.ts'
import { mrkdwnOf, mrkdwnText } from '../format/text.ts'
import type { UserMessage } from '../mail/message.ts'
import type { TicketSnapshot } from './target.ts'
import { chatSections } from './ticket-text.ts'

/** A section holds 3,000 characters, a header 150, a message 50 blocks (https://docs.slack.dev/reference/block-kit/blocks). */
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
    header(`${mark}${snapshot.title}`),
    ...chatSections(snapshot.body).map(section),
    { type: 'actions', elements: [caseButton(snapshot), ...(open && buttons ? answerButtons(snapshot) : [])] }
  ]
}

/** A message that is not about one case. A link is one in the text: a button would need an app that answers its clicks. */
export function slackMessage({ subject, body }: UserMessage) {
  return { text: oneLine(subject, MAX_HEADER), blocks: [header(subject), ...body.map((block) => section([block]))] }
}

function header(title: string) {
  const text = oneLine(title, MAX_HEADER - 1)
  return { type: 'header' as const, text: { type: 'plain_text' as const, text, emoji: false } }
}

function section(blocks: readonly Block[]) {
  return { type: 'section' as const, text: { type: 'mrkdwn' as const, text: cut(mrkdwnOf(blocks)) } }
}

/** At the end of a line, where there is one. */
function cut(text: string): string {
  if (text.length <= MAX_SECTION) return text
  const end = text.lastIndexOf('\n', MAX_SECTION)
  return `${text.slice(0, end > 0 ? end : MAX_SECTION)}\n…`
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
