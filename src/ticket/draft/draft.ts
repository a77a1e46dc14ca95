/**
 * The case as its ticket shows it. Pure: the same case makes the same document.
 *
 * Only this personal data may leave with a ticket: the user's Okta id, login and display name; ids, names, models, OS
 * versions and states of devices; types, ids and states of factors; admin role types; risk level; logins of those who
 * suspended, locked or otherwise acted in the last log entries; event types, results, reasons and transaction ids. No
 * e-mail address or phone number of the profile, no serial number, no IP address, no group, no raw event. The sentences of
 * causes and guards come from `decide/` and may quote their evidence.
 */
import { type Advice, ANSWER_WORDS, advice, CAUSE_ADVICE, SEEN_WORDS } from '../../decide/advice.ts'
import { callerProofs, wasRefusedHere } from '../../decide/caller.ts'
import type { Queue } from '../../decide/rules.ts'
import { type Case, isOpen, type Storm } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Block, Line } from '../../domain/document.ts'
import type { Remediation } from '../../domain/remediation.ts'
import { REPORTERS, signInWords, subjectOf } from '../../domain/subject.ts'
import type { RemediationId, Subject } from '../../domain/vocabulary.ts'
import {
  bold,
  bullets,
  code,
  commaSeparated,
  line,
  link,
  numbered,
  oneLine,
  paragraph,
  quoted,
  sections
} from '../format/document.ts'
import { transactionLink, userLink } from './admin-links.ts'
import { eventLines, evidenceLines, gapLines, showTime } from './evidence-lines.ts'
import { guidanceFor } from './guidance.ts'
import { severityOf } from './severity.ts'

/* The one ticket of a storm: many users fail at once, by an outage or a campaign. */

function stormTitle(storm: Storm): string {
  const over = storm.releasedAt === null ? '' : ' (over)'
  return `Okta Verify enrollment fails for many users at once: ${storm.users} users${over}`
}

function stormBody(id: string, storm: Storm, { caseUrl }: DraftOptions): readonly Block[] {
  const { all, open } = storm.children
  const now =
    storm.releasedAt === null
      ? `The last failure was ${showTime(storm.lastSeenAt)}; it is not over.`
      : `It ended ${showTime(storm.releasedAt)}; its cases are now decided one by one.`
  return sections([
    ['What happened', [paragraph(`Since ${showTime(storm.since)}: ${quoted(storm.because)} ${now}`)]],
    [
      'What to do next',
      [
        paragraph(
          line`Queue: ${bold('Identity team')}. Look for one cause: Okta’s status page, a changed policy, an app or network that was rolled out. If the attempts come from one address or network that is not yours, treat them as a campaign and hand the ticket to Security.`
        )
      ]
    ],
    [
      'What stopped Reenroll from acting',
      [paragraph('G8: while this many users fail at once, nothing is written to Okta automatically.')]
    ],
    [
      'Cases',
      [paragraph(`${all} cases belong to it, ${open} of them open. They have no tickets of their own until it ends.`)]
    ],
    ['Links', bullets([[link(`Case ${id} in Reenroll`, caseUrl(id))]])]
  ])
}

/** What a draft needs besides the case. */
export interface DraftOptions {
  readonly orgUrl: string
  /** The address of the case's page. */
  readonly caseUrl: (caseId: string) => string
  readonly remediations: Readonly<Record<RemediationId, Pick<Remediation, 'title' | 'call' | 'undo' | 'proof'>>>
}

/** The teams, as tickets name them. */
export const QUEUE_NAMES: Readonly<Record<Queue, string>> = {
  service_desk: 'Service desk',
  identity_team: 'Identity team',
  security: 'Security',
  onboarding: 'Onboarding'
}

export function ticketDraft(c: Case, options: DraftOptions): Draft {
  const severity = severityOf(c)
  const cause = c.cause?.id ?? 'unknown'
  return {
    caseId: c.id,
    title: c.storm ? stormTitle(c.storm) : titleOf(c, options),
    body: c.storm ? stormBody(c.id, c.storm, options) : bodyOf(c, options),
    labels: ['reenroll', `case:${c.id}`, `cause:${cause}`, `state:${c.state}`, `severity:${severity}`],
    severity,
    story: c.contentRevision
  }
}

/** The person by Okta's user object; by the event's claim until it was read. */
export function namesOf(c: Case): Subject & { readonly isClaim: boolean } {
  const subject = subjectOf(c)
  return subject.source === 'okta' ? { ...subject, isClaim: false } : { ...subject.claimed, isClaim: true }
}

/** Who, what, and what it waits for. */
function titleOf(c: Case, options: DraftOptions): string {
  const { login, name, id } = namesOf(c)
  const who = oneLine(login ?? name ?? id ?? 'a user Okta did not name', 60)
  const mark = severityOf(c) === 'security' ? '[Security] ' : ''
  return `${mark}Okta Verify enrollment failed for ${who}: ${CAUSE_ADVICE[c.cause?.id ?? 'unknown'].label}${waitsFor(c, options)}`
}

function waitsFor(c: Case, { remediations }: DraftOptions): string {
  if (c.securityAlert) return ', signs of a takeover'
  if (c.proposal) return `, to approve: ${remediations[c.proposal.remediation].title}`
  return c.state === 'resolved' ? ', enrolled again' : ''
}

function bodyOf(c: Case, options: DraftOptions): readonly Block[] {
  const advised = advice(c)
  return sections([
    ['What happened', whatHappened(c)],
    ['What to do next', whatToDo(c, advised, options)],
    ['Why', whyOf(c)],
    ['What stopped Reenroll from acting', stoppedBy(c)],
    ['What was done', doneLines(c, options)],
    ['Steps for the user', userSteps(c, advised)],
    ['Evidence', c.evidence ? bullets(evidenceLines(c.evidence)) : [paragraph('Nothing has been read from Okta.')]],
    ['Not known', c.evidence ? bullets(gapLines(c.evidence)) : []],
    ['Last events about the user', c.evidence ? bullets(eventLines(c.evidence)) : []],
    ['Links', bullets(linkLines(c, options))]
  ])
}

function whatHappened(c: Case): readonly Block[] {
  const last = c.failures.at(-1)
  const { name, login, id, isClaim } = namesOf(c)
  const who = line`${code(name ?? login)} (login ${code(login)}, id ${code(id)}${isClaim ? ', as the event claims' : ''})`
  if (!last) return [paragraph(line`${who} has trouble with Okta Verify; no event gives details.`)]
  const by = `${REPORTERS[last.source]} reported`
  const reason = last.reason ? line`, reason ${code(last.reason)}` : ''
  const times = c.failures.length > 1 ? ` It was attempt ${c.failures.length} in this case.` : ''
  return [
    paragraph(
      line`${showTime(last.publishedAt)}: ${by} that ${who} failed to enroll in Okta Verify (${code(last.eventType)} ${code(last.result)}${reason}; confidence ${last.confidence}).${times}`
    ),
    paragraph(
      last.signIn
        ? line`${bold('The user signed in at the org to report this.')} Sign-in ${showTime(last.signIn.at)} with ${code(signInWords(last.signIn))}. It proves who has the credentials, not that nobody else got them: check the person ${BY_ANOTHER_CHANNEL}${callerLine(c) ?? ''}`
        : line`${bold('The event does not prove who made the attempt.')}${callerLine(c) ?? ` The requester’s identity is not verified: check it ${BY_ANOTHER_CHANNEL}`}`
    )
  ]
}

const BY_ANOTHER_CHANNEL = 'by another channel before you hand out or remove any sign-in method.'

/** What a verification of the caller proved, and what it did not; null without a result. */
function callerLine(c: Case): Line | null {
  if (wasRefusedHere(c)) {
    return line` ${bold('The user refused the verification of the caller.')} Somebody else may be calling: change nothing for them.`
  }
  const [best] = callerProofs(c, c.updatedAt)
  if (!best) return null
  const limits =
    best.strength === 'weak'
      ? `An attacker may have passed it: check the person ${BY_ANOTHER_CHANNEL}`
      : 'It does not prove who made the attempt, and counts for no later call.'
  return line` The caller was verified ${showTime(best.at)} by ${code(best.factor)} (${best.strength}). ${limits}`
}

function whatToDo(c: Case, advised: Advice, { remediations }: DraftOptions): readonly Block[] {
  const { kind, queue, headline, now, not, onceCleared, withheldBy, stillWorks } = advised
  const team = kind === 'nothing' ? line`` : line`Queue: ${bold(QUEUE_NAMES[queue])}. `
  // A single step is the headline itself.
  const steps = now.filter((step) => step !== headline)
  const undo = c.proposal && kind === 'approve' ? ` To take it back: ${remediations[c.proposal.remediation].undo}` : ''
  const guards = withheldBy.map(({ id }) => id).join(', ')
  return [
    paragraph([...team, ...line`${headlineOf(kind, headline)}${undo}`]),
    ...numbered(steps.map((step) => quoted(step))),
    ...not.map((sentence) => paragraph([bold(quoted(sentence))])),
    ...(onceCleared.length > 0
      ? [paragraph(`Only once a person has cleared ${guards}:`), ...bullets(onceCleared.map((step) => quoted(step)))]
      : []),
    ...(stillWorks.length > 0 && kind !== 'nothing'
      ? [
          paragraph(
            line`Okta Verify still works on ${commaSeparated(stillWorks.map((name) => [code(name)]))}: keep it.`
          )
        ]
      : [])
  ]
}

function headlineOf(kind: Advice['kind'], headline: string) {
  return kind === 'security_first' || kind === 'check_first' ? bold(quoted(headline)) : quoted(headline)
}

function whyOf(c: Case): readonly Block[] {
  if (!c.cause) return [paragraph('No cause was found yet.')]
  const article = c.cause.kbOption === null ? '' : ` It follows option ${c.cause.kbOption} of Okta’s article.`
  const decision = c.decision
    ? [line`Rule ${code(c.decision.rule)} (${c.decision.mode}) matched: ${quoted(c.decision.because)}`]
    : []
  return [
    paragraph(
      line`Cause: ${bold(CAUSE_ADVICE[c.cause.id].label)} (${code(c.cause.id)}, confidence ${c.cause.confidence}).${article}`
    ),
    ...bullets([...c.cause.because.slice(0, 8).map((because) => quoted(because)), ...decision])
  ]
}

function stoppedBy(c: Case): readonly Block[] {
  const stopping = c.guards.filter((guard) => guard.state !== 'clear')
  return bullets(stopping.map((guard) => `${guard.id} ${guard.state}: ${quoted(guard.because)}`))
}

function doneLines(c: Case, { remediations }: DraftOptions): readonly Block[] {
  const lines = c.actions.map((action) => {
    const { title, call, proof, undo } = remediations[action.remediation]
    const after = action.state === 'done' ? ` Effect: ${action.effect}. ${proof} To take it back: ${undo}` : ''
    const requests = action.requestIds.slice(0, 3).map((id) => [code(id)])
    const ids = requests.length > 0 ? line` Request ids ${commaSeparated(requests)}.` : ''
    return line`${showTime(action.at)} ${bold(title)} (${code(call)}), ${action.state}, by ${action.by.kind} ${code(action.by.name)}: ${quoted(action.because)}${ids}${after}`
  })
  const mail = [...mailedLines(c), ...guideLines(c)]
  const wrote = lines.length > 0 ? lines : [NOTHING_WRITTEN]
  return lines.length + mail.length > 0 ? bullets([...wrote, ...mail]) : [paragraph(NOTHING_WRITTEN)]
}

const NOTHING_WRITTEN = 'Nothing was written to Okta.'

/** That the user had the steps before this ticket, what they answered, and why a person has it now. */
function guideLines({ guide, answer }: Case): readonly string[] {
  const seen = answer?.seen ? ` They see: ${SEEN_WORDS[answer.seen]}.` : ''
  const said = answer ? [`${showTime(answer.at)} ${ANSWER_WORDS[answer.what]}${seen}`] : []
  if (!guide?.endedBecause) return said
  return [
    ...said,
    `The steps went to the user first, ${showTime(guide.at)}, without a ticket. ${quoted(guide.endedBecause)}`
  ]
}

function mailedLines({ mailed }: Case): readonly string[] {
  if (!mailed) return []
  if (mailed.channel === 'slack') {
    const how = { sent: 'were sent', perhaps_sent: 'may have been sent', refused: 'could not be sent' }[mailed.result]
    return [`${showTime(mailed.at)} The steps below ${how} to the user in Slack.`]
  }
  const words = {
    sent: 'The steps below were mailed to the user, at the address on file, without what they say about the account.',
    perhaps_sent: 'The steps below may have been mailed to the user; the connection broke. They are not sent again.',
    refused: 'The mail server refused the steps below for the user; send them another way.'
  }
  return [`${showTime(mailed.at)} ${words[mailed.result]}`]
}

function userSteps(c: Case, { sendSteps, kind }: Advice): readonly Block[] {
  if (!isOpen(c)) return []
  const { send, opening, steps, ifThatFails } = guidanceFor(c)
  if (!send) return [paragraph(opening)]
  if (sendSteps === 'never') return []
  const warning =
    kind === 'security_first'
      ? 'Send this only after Security has cleared the user and you have verified who asks.'
      : 'Send this only once what is named under “What to do next” is done and you have verified who asks.'
  return [
    ...(sendSteps === 'once_cleared' ? [paragraph([bold(warning)])] : []),
    paragraph(opening),
    ...numbered(steps),
    ...(ifThatFails.length > 0 ? [paragraph('If that fails:'), ...numbered(ifThatFails)] : [])
  ]
}

function linkLines(c: Case, { orgUrl, caseUrl }: DraftOptions): readonly Line[] {
  const transactions = [...new Set(c.failures.flatMap((failure) => failure.transactionId ?? []))].slice(-3)
  const uuids = c.failures.slice(-5).map((failure) => [code(failure.uuid)])
  return [
    [link(`Case ${c.id} in Reenroll`, caseUrl(c.id))],
    ...(c.parentId ? [[link(`The storm ${c.parentId} that this case belongs to`, caseUrl(c.parentId))]] : []),
    ...(c.user.id ? [[link('The user in the Okta Admin Console', userLink(orgUrl, c.user.id))]] : []),
    ...transactions.map(
      (id) => line`${link('System Log of the attempt', transactionLink(orgUrl, id))}, transaction ${code(id)}`
    ),
    line`For Okta Support, event ids: ${uuids.length > 0 ? commaSeparated(uuids) : 'none'}`
  ]
}
