/** The safety page: the kill switch, the limits, and recent writes. Pure. */
import { type Case, isOpen } from '../../domain/case.ts'
import type { Controls, DecidePolicy } from '../../domain/decision.ts'
import { allowedOfUsers } from '../../domain/store.ts'
import { showDuration } from '../../domain/time.ts'
import { type Action, type Instant, REMEDIATION_IDS } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, given, quantity, untrusted, when } from '../text.ts'
import { ACTION_WORDS } from '../words.ts'
import { reasonField } from './actions.ts'
import { ruleName } from './evidence.ts'
import { table } from './table.ts'

/** What the safety page shows. */
export interface SafetyModel {
  readonly controls: Controls
  readonly policy: DecidePolicy
  /** Writes of the last 24 hours, newest first, and of the last hour. */
  readonly lastDay: readonly (Action & { readonly caseId: string })[]
  readonly lastHour: SafetyModel['lastDay']
  /** Users with a failure inside the storm window, and in the last 24 hours. */
  readonly failingUsers: number
  readonly failedLastDay: number
  /** The newest storm's case. */
  readonly storm: Case | null
  readonly words: ReviewWords
  readonly csrf: string
  readonly mayChange: boolean
  readonly typed: string
  readonly error: string | null
  readonly now: Instant
}

/** The kill switch's reason until a person gives one. */
export const NO_REASON = 'No reason given yet.'

export function safetyView(model: SafetyModel): Markup {
  const { controls, policy, mayChange, now, error } = model
  const on = controls.kill?.on ?? false
  const isObserving = controls.ceiling === 'observe' || policy.ceiling === 'observe'
  return html`<h1>Safety</h1>
<section class="switch ${on ? 'on' : 'off'}" aria-labelledby="state">
<h2 id="state">${on ? 'Kill switch on: no writes to Okta' : isObserving ? 'Observing only: nothing is written to Okta' : 'Writes to Okta are allowed'}</h2>
${controls.kill ? html`<p>${on ? 'Stopped' : 'Released'} ${ago(controls.kill.at, now)} by ${untrusted(controls.kill.by, 60)}: ${given(controls.kill.because)}</p>` : html`<p>The kill switch has never been used.</p>`}
<p class="aside">${on ? 'Events are still received, cases are decided and tickets are created. Approved repairs wait.' : 'The kill switch stops every write within a second, also approved ones. Tickets never stop.'}</p>
${error ? html`<p class="fault" role="alert">${error}</p>` : NOTHING}
${mayChange ? switchForms(model, on) : html`<p class="aside">You can view. An approver can use the kill switch.</p>`}
</section>
${limits(model)}
${inForce(model)}
${recent(model)}`
}

function switchForms({ controls, csrf, typed }: SafetyModel, on: boolean): Markup {
  const form = (turn: 'yes' | 'no', fields: Markup, button: Markup) =>
    html`<form method="post" action="/brake" class="stack"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="on" value="${turn}">${fields}${button}</form>`
  if (!on) {
    const button = html`<button class="big stop" type="submit">Stop all writes</button>`
    return form('yes', reasonField('because', 'Reason (can follow later)', typed, 'optional'), button)
  }
  const isOwed = controls.kill?.because === NO_REASON
  return html`${isOwed ? form('yes', reasonField('because', 'Why were the writes stopped?', typed), html`<button class="primary" type="submit">Keep the reason</button>`) : NOTHING}
${form('no', reasonField('because', 'Why it is safe to resume', isOwed ? '' : typed), html`<button class="big go" type="submit">Resume writes</button>`)}`
}

/** Each cap with its use. At a cap, further writes wait for a person. */
function limits({
  policy: { guards },
  lastDay,
  lastHour,
  failingUsers,
  failedLastDay,
  storm,
  words
}: SafetyModel): Markup {
  const ofRepairs = REMEDIATION_IDS.map((id): readonly [Markup, number, number] => {
    const used = lastHour.filter(({ remediation }) => remediation === id).length
    return [html`${words.remediations[id].title}, in the last hour`, used, guards.remediationWritesPerHour]
  })
  const rows: readonly (readonly [Markup, number, number])[] = [
    [html`All writes in the last hour`, lastHour.length, guards.writesPerHour],
    ...ofRepairs,
    [
      html`All writes in 24 hours, for ${quantity(failedLastDay, 'user')} who failed`,
      lastDay.filter(({ state }) => state !== 'failed').length,
      allowedOfUsers(guards, failedLastDay)
    ],
    [html`Users failing within ${showDuration(guards.stormWindowMs)}: a storm`, failingUsers, guards.stormUsers]
  ]
  const row = ([what, used, most]: (typeof rows)[number]) => [
    what,
    html`${used.toLocaleString('en')}${used >= most ? html` <strong class="flag">reached</strong>` : NOTHING}`,
    most.toLocaleString('en')
  ]
  return html`<section class="card" aria-labelledby="bounds">
<h2 id="bounds">Limits</h2>
${table('Limits', ['What', 'Now', 'Limit'], rows.map(row))}
<p class="aside">Writes per user in 24 hours: ${guards.userWritesPerDay} at most. A case at a limit goes to a person.</p>
${stormLine(storm)}
</section>`
}

/** What holds rules back now. */
function inForce({ controls: { ceiling, rules }, policy, csrf, mayChange }: SafetyModel): Markup {
  const paused = Object.entries(rules).flatMap(([id, { paused }]) => (paused ? [{ id, ...paused }] : []))
  const resume = (id: string) =>
    mayChange
      ? html` <form method="post" action="/policy/rules/${id}/resume" class="inline"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit" aria-label="Resume ${id}">Resume…</button></form>`
      : NOTHING
  return html`<section class="card" aria-labelledby="held">
<h2 id="held">Ceiling and paused rules</h2>
<p><code>REENROLL_MODE</code> is <strong>${policy.ceiling}</strong>; the ceiling set here is <strong>${ceiling ?? 'none'}</strong>. The lower one applies. <a href="/policy">Policy</a></p>
${paused.length === 0 ? html`<p>No rule is paused.</p>` : html`<ul class="plain-list">${each(paused, ({ id, by, because }) => html`<li><a href="/policy#rule-${id}"><code>${id}</code></a> paused by ${untrusted(by, 60)}: ${given(because)}${resume(id)}</li>`)}</ul>`}
</section>`
}

function recent({ lastDay, words, now }: SafetyModel): Markup {
  const shown = lastDay.slice(0, 20)
  return html`<section class="card" aria-labelledby="recent">
<h2 id="recent">Writes of the last 24 hours</h2>
${shown.length === 0 ? html`<p>None.</p>` : html`<ul class="plain-list">${each(shown, (action) => html`<li><a href="/cases/${action.caseId}">${words.remediations[action.remediation].title}</a>, ${ACTION_WORDS[action.state]} <span class="aside">${ago(action.intendedAt, now)} by ${action.by.kind === 'rule' ? html`rule ${ruleName(action.by.name)}` : untrusted(action.by.name, 60)}</span></li>`)}</ul>`}
${lastDay.length > shown.length ? html`<p class="aside">and ${quantity(lastDay.length - shown.length, 'more write', 'more writes')}</p>` : NOTHING}
</section>`
}

function stormLine(c: Case | null): Markup {
  if (!c?.storm || !isOpen(c)) return html`<p>No storm is active.</p>`
  return html`<p><a href="/cases/${c.id}">A storm of ${c.storm.users} users</a> since ${when(c.openedAt)}.</p>`
}
