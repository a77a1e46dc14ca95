/** One case as a row of the queue. Pure. */
import type { Case, Storm } from '../case/case-file.ts'
import type { Instant } from '../vocabulary.ts'
import { approvalsInShort } from './four-eyes.ts'
import { html, type Markup, NOTHING } from './markup.ts'
import type { ReviewWords } from './review-deps.ts'
import { ago, capital, count, say, when } from './text.ts'
import { nameOf, OUTCOME_WORDS, STATE_TONES, STATE_WORDS } from './words.ts'

/** `approvals`: of a storm, how many of its cases wait for one. */
export function queueRow(c: Case, approvals: number, words: ReviewWords, now: Instant): Markup {
  const security = words.severity(c) === 'security'
  const tone = security ? 'alarm' : STATE_TONES[c.state]
  const login = c.storm ? null : c.user.login
  return html`<li class="row ${tone}" data-case="${c.id}"${c.proposal ? html` data-proposal` : NOTHING}>
<div class="row-who"><a href="/cases/${c.id}" data-row>${say(nameOf(c), 60)}</a>${login && login !== c.user.name ? html`<span class="login">${say(login, 80)}</span>` : NOTHING}</div>
<div class="row-cause">${c.storm ? say(c.storm.because, 120) : c.cause ? say(capital(words.cause(c.cause.id).label)) : 'Not read yet'}${security ? html` <span class="flag">security</span>` : NOTHING}</div>
<div class="row-next"><span class="pill ${tone}">${STATE_WORDS[c.state]}</span> ${c.storm ? foldedWords(c.storm, approvals) : nextOf(c, words)}</div>
<div class="row-age">${ago(c.openedAt, now)}${c.assignee ? html`<span class="assignee">${say(c.assignee, 24)}</span>` : NOTHING}</div>
</li>`
}

/** How many cases a storm's row stands for. */
function foldedWords({ children: { all, open } }: Storm, approvals: number): Markup {
  if (all === 0) return html`Its cases are being gathered`
  const waiting = approvals > 0 ? html`, <strong>${count(approvals, 'needs', 'need')} approval</strong>` : NOTHING
  return html`<strong>${count(all, 'case')}</strong> folded here, ${open.toLocaleString('en')} open${waiting}`
}

/** What is proposed or happening, in half a line. */
function nextOf(c: Case, words: ReviewWords): Markup {
  if (c.alarm) return html`Signs of a takeover`
  if (c.snoozedUntil && c.state !== 'resolved' && c.state !== 'closed')
    return html`Put off until ${when(c.snoozedUntil)}`
  if (c.proposal) {
    const needed = c.proposal.overridesNeeded
    return html`<strong>${words.remediations[c.proposal.remediation].title}</strong>${needed.length > 0 ? html` <span class="aside">override ${needed.join(', ')}</span>` : NOTHING}${approvalsInShort(c)}`
  }
  const done = c.actions.findLast((action) => action.state === 'done')
  if (c.state === 'watching' && done)
    return html`${words.remediations[done.remediation].title}: done, waiting for the user`
  if (c.outcome) return html`${OUTCOME_WORDS[c.outcome]}`
  if (c.state !== 'with_person') return NOTHING
  if (c.parentId) return html`<span class="aside">part of a storm</span>`
  const stopped = c.decision?.remediation && c.decision.stoppedBy.length > 0
  if (stopped && c.decision?.remediation) {
    return html`<span class="aside">${c.decision.stoppedBy.join(', ')} stopped:</span> ${words.remediations[c.decision.remediation].title}`
  }
  return html`${firstSentence(words.cause(c.cause?.id ?? 'unknown').todo)}`
}

/** Of what the ticket says to do; there the steps stand below, here they do not. */
function firstSentence(todo: string): string {
  return (todo.split('. ')[0] ?? todo).replace(' below', '').replace(/\.$/, '')
}
