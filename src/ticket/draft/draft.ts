/**
 * The case as its ticket tells it. Pure: the same case makes the same text.
 *
 * Personal data that may leave with a ticket, and nothing else: the user's Okta id, login and display name; ids, names,
 * models, OS versions and states of devices; types, ids and states of factors; admin role types; risk level; logins of
 * those who suspended, locked or otherwise acted in the last log entries; event types, results, reasons and transaction
 * ids. No e-mail address or phone number of the profile, no serial number, no IP address, no group, no raw event. The
 * sentences of causes and guards come from `decide/` and may quote what they rest on.
 */
import type { Queue } from '../../decide/rules.ts'
import type { Case, Storm } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Remediation } from '../../domain/remediation.ts'
import type { Platform, RemediationId } from '../../domain/vocabulary.ts'
import { bullets, code, link, numbered, plain, prose, sections } from '../format/markdown.ts'
import { transactionLink, userLink } from './admin-links.ts'
import { eventLines, evidenceLines, gapLines, showTime } from './evidence-lines.ts'
import { guidanceFor } from './guidance.ts'
import { NEXT_STEPS } from './next-steps.ts'
import { severityOf } from './severity.ts'

/* The one ticket of a storm: many users failing at once, by an outage or a campaign (facts §6.1 G8, C16). Pure. */

export function stormTitle(storm: Storm): string {
  const over = storm.releasedAt === null ? '' : ' (over)'
  return `Okta Verify enrollment fails for many users at once: ${storm.users} users${over}`
}

export function stormBody(id: string, storm: Storm, { caseUrl }: { caseUrl: (caseId: string) => string }): string {
  const { all, open } = storm.children
  const now =
    storm.releasedAt === null
      ? `It was last seen ${showTime(storm.lastSeenAt)} and is not over.`
      : `It was over ${showTime(storm.releasedAt)}; its cases are decided anew, one by one.`
  const parts = [
    ['What happened', `Since ${showTime(storm.since)}: ${prose(storm.because)} ${now}`],
    [
      'What to do next',
      'Queue: **Identity team**. Look for one cause: Okta’s status page, a changed policy, an app or network that was rolled out. If the attempts come from one address or network that is not yours, treat them as a campaign and hand the ticket to Security.'
    ],
    [
      'What stopped Reenroll from acting',
      'G8: while this many users fail at once, nothing is written to Okta by itself.'
    ],
    ['Cases', `${all} cases belong to it, ${open} of them open. They have no tickets of their own while it lasts.`],
    ['Links', `- ${link(`Case ${id} in Reenroll`, caseUrl(id))}`]
  ] as const
  return `${sections(parts)}\n`
}

export interface DraftOptions {
  readonly orgUrl: string
  /** Where the case is shown. */
  readonly caseUrl: (caseId: string) => string
  /** Whose work the rule's tickets are: `queueOf` of the decision table. */
  readonly queueOf: (rule: string) => Queue
  readonly remediations: Readonly<Record<RemediationId, Pick<Remediation, 'title' | 'call' | 'undo' | 'proof'>>>
}

const QUEUES: Readonly<Record<Queue, string>> = {
  service_desk: 'Service desk',
  identity_team: 'Identity team',
  security: 'Security',
  onboarding: 'Onboarding'
}

/** Who should look first. Signs of an attack go to Security, whatever the rule says. */
function queueName(c: Case, { queueOf }: DraftOptions): string {
  if (severityOf(c) === 'security') return QUEUES.security
  return QUEUES[c.decision ? queueOf(c.decision.rule) : 'service_desk']
}

export function draftOf(c: Case, options: DraftOptions): Draft {
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

/** Who, what, and what it waits for; plain text, since trackers show titles as they are. */
function titleOf(c: Case, options: DraftOptions): string {
  const who = plain(c.user.login ?? c.user.name ?? c.user.id ?? 'a user Okta did not name', 60)
  const mark = severityOf(c) === 'security' ? '[Security] ' : ''
  return `${mark}Okta Verify enrollment failed for ${who}: ${NEXT_STEPS[c.cause?.id ?? 'unknown'].label}${waitsFor(c, options)}`
}

function waitsFor(c: Case, { remediations }: DraftOptions): string {
  if (c.securityAlert) return ', signs of a takeover'
  if (c.proposal) return `, to approve: ${remediations[c.proposal.remediation].title}`
  return c.state === 'resolved' ? ', enrolled again' : ''
}

function bodyOf(c: Case, options: DraftOptions): string {
  const parts = [
    ['What happened', whatHappened(c)],
    ['What to do next', nextOf(c, options)],
    ['Why', whyOf(c)],
    ['What stopped Reenroll from acting', stoppedBy(c)],
    ['What was done', doneLines(c, options)],
    ['Steps for the user', userSteps(c)],
    ['Evidence', c.evidence ? bullets(evidenceLines(c.evidence)) : 'Nothing has been read from Okta.'],
    ['Not known', c.evidence ? bullets(gapLines(c.evidence)) : ''],
    ['Last events about the user', c.evidence ? bullets(eventLines(c.evidence)) : ''],
    ['Links', bullets(linkLines(c, options))]
  ] as const
  return `${sections(parts)}\n`
}

function whatHappened(c: Case): string {
  const last = c.failures.at(-1)
  const who = `${code(c.user.name ?? c.user.login)} (login ${code(c.user.login)}, id ${code(c.user.id)})`
  if (!last) return `${who} has trouble with Okta Verify; no event says more.`
  const by = last.source === 'report' ? 'the help desk reported' : 'Okta reported'
  const reason = last.reason ? `, reason ${code(last.reason)}` : ''
  const times = c.failures.length > 1 ? ` It was attempt ${c.failures.length} in this case.` : ''
  return `${showTime(last.publishedAt)}: ${by} that ${who} failed to enroll in Okta Verify (${code(last.eventType)} ${code(last.result)}${reason}; confidence ${last.confidence}).${times}

**The event does not prove who made the attempt.** The requester’s identity is not verified: check it by another channel before you hand out or remove any sign-in method.`
}

function nextOf(c: Case, options: DraftOptions): string {
  if (c.securityAlert) {
    return `Queue: **${QUEUES.security}**. **Treat this as a possible takeover**: ${prose(c.securityAlert)}, shortly after Reenroll made enrolling easier. Reach the user by a channel you know to be theirs; if in doubt, suspend the account and end its sessions.`
  }
  if (c.state === 'resolved')
    return `Nothing. The user is enrolled in Okta Verify${c.recovery ? ` since ${showTime(c.recovery.publishedAt)}` : ''}.`
  if (c.state === 'closed') return 'Nothing. The case is closed.'
  const queue = `Queue: **${queueName(c, options)}**.`
  if (c.proposal) {
    const { title, undo } = options.remediations[c.proposal.remediation]
    const overrides = c.proposal.overridesNeeded
    const extra =
      overrides.length > 0 ? ` These guards must be overridden one by one, with a reason: ${overrides.join(', ')}.` : ''
    return `${queue} Approve or reject in Reenroll before ${showTime(c.proposal.expiresAt)}: **${title}**.${extra} To take it back: ${undo}`
  }
  if (c.state === 'watching') {
    return `${queue} Nothing yet: the repair is done and Reenroll watches until ${showTime(c.watchUntil)} whether the user enrolls. Send the steps below if the user asks.`
  }
  if (c.state === 'acting') return `${queue} Nothing yet: a write in Okta is under way.`
  return `${queue} ${NEXT_STEPS[c.cause?.id ?? 'unknown'].todo}`
}

function whyOf(c: Case): string {
  if (!c.cause) return 'No cause was named yet.'
  const article = c.cause.kbOption === null ? '' : ` It follows option ${c.cause.kbOption} of Okta’s article.`
  const decision = c.decision
    ? [`Rule ${code(c.decision.rule)} (${c.decision.mode}) matched: ${prose(c.decision.because)}`]
    : []
  return `Cause: **${NEXT_STEPS[c.cause.id].label}** (${code(c.cause.id)}, confidence ${c.cause.confidence}).${article}

${bullets([...c.cause.because.slice(0, 8).map((because) => prose(because)), ...decision])}`
}

function stoppedBy(c: Case): string {
  const stopping = c.guards.filter((guard) => guard.state !== 'clear')
  return bullets(stopping.map((guard) => `${guard.id} ${guard.state}: ${prose(guard.because)}`))
}

function doneLines(c: Case, { remediations }: DraftOptions): string {
  const lines = c.actions.map((action) => {
    const { title, call, proof, undo } = remediations[action.remediation]
    const after = action.state === 'done' ? ` Effect: ${action.effect}. ${proof} To take it back: ${undo}` : ''
    const ids =
      action.requestIds.length > 0
        ? ` Request ids ${action.requestIds
            .slice(0, 3)
            .map((id) => code(id))
            .join(', ')}.`
        : ''
    return `${showTime(action.at)} **${title}** (${code(call)}), ${action.state}, by ${action.by.kind} ${code(action.by.name)}: ${prose(action.because)}${ids}${after}`
  })
  const mail = mailedLines(c)
  const wrote = lines.length > 0 ? lines : ['Nothing was written to Okta.']
  return lines.length + mail.length > 0 ? bullets([...wrote, ...mail]) : 'Nothing was written to Okta.'
}

function mailedLines({ mailed }: Case): readonly string[] {
  if (!mailed) return []
  const words = {
    sent: 'The steps below were mailed to the user, at the address on file.',
    perhaps_sent: 'The steps below may have been mailed to the user; the connection broke. They are not sent again.',
    refused: 'The mail server refused the steps below for the user; send them another way.'
  }
  return [`${showTime(mailed.at)} ${words[mailed.result]}`]
}

/** The newest platform that an event or report named. */
function platformOf(c: Case): Platform {
  return c.failures.findLast((failure) => failure.device.platform !== 'unknown')?.device.platform ?? 'unknown'
}

function userSteps(c: Case): string {
  if (c.state === 'resolved' || c.state === 'closed') return ''
  const repaired = c.actions.findLast((action) => action.state === 'done')?.remediation ?? null
  const { send, opening, steps, ifThatFails } = guidanceFor(c.cause?.id ?? 'unknown', platformOf(c), repaired)
  if (!send) return opening
  const first =
    severityOf(c) === 'security'
      ? '**Send this only after Security has cleared the user and you have verified who asks.**\n\n'
      : ''
  const more = ifThatFails.length > 0 ? `\n\nIf that fails:\n\n${numbered(ifThatFails)}` : ''
  return `${first}${opening}\n\n${numbered(steps)}${more}`
}

function linkLines(c: Case, { orgUrl, caseUrl }: DraftOptions): readonly string[] {
  const transactions = [...new Set(c.failures.flatMap((failure) => failure.transactionId ?? []))].slice(-3)
  const uuids = c.failures.slice(-5).map((failure) => code(failure.uuid))
  return [
    link(`Case ${c.id} in Reenroll`, caseUrl(c.id)),
    ...(c.parentId ? [link(`The storm ${c.parentId} that this case belongs to`, caseUrl(c.parentId))] : []),
    ...(c.user.id ? [link('The user in the Okta Admin Console', userLink(orgUrl, c.user.id))] : []),
    ...transactions.map(
      (id) => `${link('System Log of the attempt', transactionLink(orgUrl, id))}, transaction ${code(id)}`
    ),
    `For Okta Support, event ids: ${uuids.length > 0 ? uuids.join(', ') : 'none'}`
  ]
}
