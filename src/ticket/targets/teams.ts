/**
 * Microsoft Teams through a workflow that begins with "When a Teams webhook request is received"
 * (https://support.microsoft.com/office/create-incoming-webhooks-with-workflows-for-microsoft-teams-8ae491c7-0394-4861-ba59-055e33f75498).
 * It answers 202 before the card is posted and names no message, so that a card can neither be changed nor answered to: each
 * piece of news is a card of its own that names the case. The flow takes no key either: a card whose answer was lost is posted again.
 */
import type { TeamsSettings } from '../../config/policy/ticket-policy.ts'
import type { Block, Inline, Line } from '../../domain/document.ts'
import { bold, bullets, line, link, oneLine, paragraph, safeUrl } from '../format/document.ts'
import type { UserMessage } from '../mail/message.ts'
import { noteId } from '../outbox/snapshot.ts'
import { checkResult, missingRights } from './rights.ts'
import { type Target, type TargetDeps, type TicketSnapshot, WITHOUT_READS } from './target.ts'
import { chatSections } from './ticket-text.ts'

/* A case as an Adaptive Card (https://adaptivecards.io/explorer/). Pure. */

interface TextRun {
  readonly type: 'TextRun'
  readonly text: string
  readonly size?: 'Large'
  readonly weight?: 'Bolder'
  readonly fontType?: 'Monospace'
  readonly isSubtle?: true
  readonly selectAction?: OpenUrl
}

interface OpenUrl {
  readonly type: 'Action.OpenUrl'
  readonly title?: string
  readonly url: string
}

export interface AdaptiveCard {
  readonly $schema: string
  readonly type: 'AdaptiveCard'
  readonly version: '1.4'
  readonly body: readonly { readonly type: 'RichTextBlock'; readonly inlines: readonly TextRun[] }[]
  readonly actions?: readonly OpenUrl[]
}

const LEADS = { opened: '', updated: 'Update: ', resolved: '✅ Resolved: ' } as const
type News = keyof typeof LEADS

/**
 * Teams counts 28,672 bytes, with the card as text inside the message and some properties of its own around it
 * (https://github.com/MicrosoftDocs/msteams-docs/issues/11274: 24,453 bytes sent were 28,897).
 */
const MAX_BYTES = 26_000

/** Each card shows the whole case: the one before it is far up, or was never posted. */
export function teamsCard(snapshot: TicketSnapshot, news: News): AdaptiveCard {
  const { caseId, caseUrl, newEntries } = snapshot
  const sections = chatSections(snapshot.body, news === 'opened' ? undefined : ['What happened', 'What to do next'])
  const changes = news === 'opened' ? [] : bullets(newEntries)
  return fittingCard({
    title: `${LEADS[news]}${snapshot.title}`,
    body: [...changes, ...(news === 'resolved' ? [] : sections.flat())],
    rest: line` All of it is on ${link('the page of the case', caseUrl)}.`,
    footer: `Reenroll ${noteId(snapshot)}`,
    actions: [{ type: 'Action.OpenUrl', title: `Open ${caseId}`, url: caseUrl }]
  })
}

/** A message that is not about one case. */
export function messageCard({ subject, body }: UserMessage): AdaptiveCard {
  return fittingCard({ title: subject, body, rest: [], footer: 'Reenroll' })
}

interface CardParts {
  readonly title: string
  readonly body: readonly Block[]
  /** Where the rest is, when the body is too long. */
  readonly rest: Line
  readonly footer: string
  readonly actions?: readonly OpenUrl[]
}

/** The card, cut at a line to what Teams takes. */
function fittingCard({ title, body, rest, footer, ...actions }: CardParts): AdaptiveCard {
  const titleLine = [run(oneLine(title, 200), { size: 'Large', weight: 'Bolder' })]
  const lines = body.flatMap(runsOf)
  const card = (shown: readonly (readonly TextRun[])[]): AdaptiveCard => ({
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [titleLine, ...shown, [run(footer, { isSubtle: true })]].map((inlines) => ({
      type: 'RichTextBlock',
      inlines
    })),
    ...actions
  })
  if (bytesOf(card(lines)) <= MAX_BYTES) return card(lines)
  const cut = paragraph(line`The rest is too long for Teams.${rest}`)
  const fits = lines.findLastIndex((_, n) => bytesOf(card([...lines.slice(0, n), ...runsOf(cut)])) <= MAX_BYTES)
  return card([...lines.slice(0, Math.max(0, fits)), ...runsOf(cut)])
}

/** As text within a message. */
function bytesOf(card: AdaptiveCard): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(card)))
}

/** Each line as one block of the card. */
function runsOf(block: Block): readonly (readonly TextRun[])[] {
  const shown = (content: Line) => content.map(inlineRun)
  switch (block.kind) {
    case 'heading':
      return [shown(block.line.map(({ text }) => bold(text)))]
    case 'paragraph':
      return [shown(block.line)]
    case 'bullets':
      return block.lines.map((item) => [run('• '), ...shown(item)])
    case 'numbers':
      return block.lines.map((item, index) => [run(`${index + 1}. `), ...shown(item)])
  }
}

function inlineRun(inline: Inline): TextRun {
  if (inline.kind === 'code') return run(inline.text, { fontType: 'Monospace' })
  if (inline.kind === 'link') {
    return run(inline.text, { selectAction: { type: 'Action.OpenUrl', url: safeUrl(inline.url) } })
  }
  return run(inline.text, inline.bold ? { weight: 'Bolder' } : {})
}

/**
 * Text of others is never markup here: a TextRun knows no Markdown, and a mention needs an entity of the card, which ours
 * never have. Only `{{DATE(…)}}` would be replaced (https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features).
 */
function run(text: string, style: Omit<TextRun, 'type' | 'text'> = {}): TextRun {
  return { type: 'TextRun', text: text.replaceAll('{{', '{ {'), ...style }
}

/** `address` is the secret: anyone who has the workflow's address may post. */
export function createTeamsTarget(name: string, _: TeamsSettings, address: string, { http }: TargetDeps): Target {
  const url = workflowAddress(name, address)

  async function send(content: AdaptiveCard): Promise<void> {
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }]
    await http.call('POST', url.href, { body: { type: 'message', attachments } })
  }

  async function post(snapshot: TicketSnapshot, news: News) {
    await send(teamsCard(snapshot, news))
    return { ref: { key: snapshot.caseId, url: snapshot.caseUrl }, state: 'open', wontFix: false } as const
  }

  return {
    name,
    system: 'teams',
    ...WITHOUT_READS,
    can: { lookupSettlesMs: 0, reopen: false, notes: false, closings: false },
    announce: (message) => send(messageCard(message)),
    ensure: (snapshot, known) => post(snapshot, known ? 'updated' : 'opened'),
    async resolve(_, snapshot) {
      await post(snapshot, 'resolved')
      return 'resolved'
    },
    async reopen(_, snapshot) {
      await post(snapshot, 'updated')
      return true
    },
    // A call without a card would already start the workflow; only `tickets try` proves that a card arrives.
    async check() {
      if (/(^|\.)(webhook\.office|outlook\.office(365)?)\.com$/.test(url.hostname)) {
        const what = `${name}: the address is one of an Office 365 connector, which Microsoft retired. Make a workflow.`
        return checkResult('teams', [what])
      }
      return checkResult('teams', url.searchParams.has('sig') ? [] : missingRights(name, 'teams', ['sig=']))
    }
  }
}

function workflowAddress(name: string, address: string): URL {
  const url = URL.parse(address)
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost'
  if (url && (url.protocol === 'https:' || isLoopback)) return url
  throw new Error(
    `The secret for ${name} is not the address of a workflow. Copy it from the workflow's trigger; it begins with https://.`
  )
}
