/** Causes, rules, guards, factors, and every source of evidence with its time. Pure. */
import { guardTitle } from '../../decide/guards/guards.ts'
import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, type Factor, known } from '../../domain/evidence.ts'
import type { GuardState, GuardVerdict, Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, plain, prose, quantity, untrusted } from '../text.ts'

const GUARD_TONES: Readonly<Record<GuardState, string>> = { tripped: 'alarm', unknown: 'ask', clear: 'good' }

export function guardsView(c: Case): Markup {
  if (c.guards.length === 0) return NOTHING
  const open = c.guards.filter(({ state }) => state !== 'clear')
  const clear = c.guards.filter(({ state }) => state === 'clear')
  return html`<section class="card" aria-labelledby="guards">
<h2 id="guards">Guards</h2>
${open.length > 0 ? html`<ul class="plain-list">${each(open, guardItem)}</ul>` : html`<p>All ${clear.length} guards are clear.</p>`}
${clear.length > 0 ? html`<details><summary>${clear.length} clear</summary><ul class="plain-list">${each(clear, guardItem)}</ul></details>` : NOTHING}
</section>`
}

export function guardItem({ id, state, because }: GuardVerdict): Markup {
  return html`<li><span class="pill ${GUARD_TONES[state]}">${state}</span> <strong title="${id}">${guardTitle(id)}</strong>: ${prose(because)}</li>`
}

/** The card with cause and rule. */
export function reasonsView(c: Case, words: ReviewWords): Markup {
  const { cause, decision, considered } = c
  if (!cause && !decision) return NOTHING
  const others = considered.filter(({ id }) => id !== cause?.id)
  const passed = decision?.rows.filter(({ matched }) => !matched) ?? []
  return html`<section class="card" aria-labelledby="reasons">
<h2 id="reasons">Why</h2>
${cause ? html`<p><strong>${words.cause(cause.id).label}</strong>, confidence ${cause.confidence}, because</p><ul>${each(cause.because, (because) => html`<li>${prose(because)}</li>`)}</ul>` : NOTHING}
${decision ? html`<p>Rule <code>${plain(decision.rule)}</code> matched, mode ${decision.mode}: ${prose(decision.because)}</p>` : NOTHING}
${others.length > 0 ? html`<details><summary>${quantity(others.length, 'other cause', 'other causes')} considered</summary><ul>${each(others, ({ id, confidence, because }) => html`<li><strong>${words.cause(id).label}</strong> (${confidence}): ${prose(because.join('; '))}</li>`)}</ul></details>` : NOTHING}
${passed.length > 0 ? html`<details><summary>${quantity(passed.length, 'rule')} did not match</summary><ul>${each(passed, ({ rule, because }) => html`<li><code>${plain(rule)}</code>: ${prose(because)}</li>`)}</ul></details>` : NOTHING}
</section>`
}

export function factorsView(c: Case, now: Instant): Markup {
  const factors = c.evidence && known(c.evidence.factors)
  if (!factors) return NOTHING
  if (factors.length === 0)
    return html`<section class="card"><h2>Factors</h2><p>Okta lists no factors. Some may not be visible to Reenroll.</p></section>`
  const sorted = [...factors].sort((a, b) => Number(b.isOktaVerify) - Number(a.isOktaVerify))
  return html`<section class="card" aria-labelledby="factors">
<h2 id="factors">Factors</h2>
<ul class="plain-list">${each(sorted.slice(0, 30), (factor) => factorView(factor, now))}</ul>
</section>`
}

function factorView(factor: Factor, now: Instant): Markup {
  return html`<li><strong>${factor.isOktaVerify ? 'Okta Verify ' : NOTHING}${untrusted(factor.type, 60)}</strong> <span class="pill ${factor.status === 'ACTIVE' ? 'good' : 'person'}">${untrusted(factor.status, 40)}</span> <span class="aside">${factor.deviceName ? html`on ${untrusted(factor.deviceName, 60)}, ` : NOTHING}since ${ago(factor.createdAt, now)}</span></li>`
}

/** The card with the evidence by source. */
export function evidenceView(c: Case, now: Instant): Markup {
  const { evidence } = c
  if (!evidence)
    return html`<section class="card"><h2>Evidence</h2><p>Nothing has been read from Okta yet.</p></section>`
  return html`<section class="card" aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<dl class="facts">${each(EVIDENCE_SOURCES, (source) => itemView(source, evidence, now))}</dl>
</section>`
}

function itemView(source: EvidenceSource, evidence: Evidence, now: Instant): Markup {
  const item = evidence[source]
  if (item.state !== 'known') {
    const words = item.state === 'absent' ? (item.unused ? 'not read' : 'not used in this org') : 'not known'
    return html`<div class="${item.state}"><dt>${SOURCE_WORDS[source]}</dt><dd><span class="pill ${item.state === 'absent' ? 'still' : 'ask'}">${words}</span> ${prose(item.because)}</dd></div>`
  }
  const request = item.requestId ? html` · <code>${plain(item.requestId, 40)}</code>` : NOTHING
  return html`<div><dt>${SOURCE_WORDS[source]}</dt><dd>${summaryOf(source, evidence)} <span class="aside read">read ${ago(item.at, now)}${request}</span></dd></div>`
}

const SOURCE_WORDS: Readonly<Record<EvidenceSource, string>> = {
  user: 'User',
  blocks: 'Blocks',
  devices: 'Devices',
  device_users: 'Users of devices',
  factors: 'Factors',
  enrollments: 'Authenticator enrollments',
  roles: 'Admin roles',
  risk: 'User risk',
  groups: 'Groups',
  history: 'System Log'
}

/** A one-line summary per source; the API returns all data. */
const SUMMARIES: { readonly [S in EvidenceSource]: (evidence: Evidence) => Markup } = {
  user: ({ user }) => {
    const value = known(user)
    if (!value) return NOTHING
    const moving = value.transitioningTo ? html`, moving to ${untrusted(value.transitioningTo, 40)}` : NOTHING
    return html`<strong>${untrusted(value.status, 40)}</strong>${moving}, account from ${untrusted(value.provider, 40)}, last sign-in ${value.lastLoginAt?.slice(0, 10) ?? 'never'}, password changed ${value.passwordChangedAt?.slice(0, 10) ?? 'never'}`
  },
  blocks: ({ blocks }) =>
    listed(
      known(blocks)?.map(({ type, appliesTo }) => `${type} for ${appliesTo}`),
      'none'
    ),
  devices: ({ devices }) => html`${quantity(known(devices)?.length ?? 0, 'device')}`,
  device_users: (evidence) =>
    listed(
      known(evidence.device_users)?.map(({ userIds }) => quantity(userIds.length, 'user')),
      'not read'
    ),
  factors: ({ factors }) =>
    html`${quantity(known(factors)?.length ?? 0, 'factor')}, ${known(factors)?.filter((factor) => factor.isOktaVerify).length ?? 0} of Okta Verify`,
  enrollments: ({ enrollments }) =>
    listed(
      known(enrollments)?.map(({ key, status }) => `${key} ${status}`),
      'none'
    ),
  roles: ({ roles }) =>
    listed(
      known(roles)?.map(({ type, label }) => label ?? type),
      'none'
    ),
  risk: ({ risk }) =>
    html`${untrusted(known(risk)?.level, 20)}${known(risk)?.reason ? html`: ${untrusted(known(risk)?.reason, 200)}` : NOTHING}`,
  groups: ({ groups }) =>
    listed(
      known(groups)?.map(({ name, id }) => name ?? id),
      'none'
    ),
  history: ({ history }) => html`${quantity(known(history)?.length ?? 0, 'event')}`
}

function summaryOf(source: EvidenceSource, evidence: Evidence): Markup {
  return SUMMARIES[source](evidence)
}

function listed(texts: readonly string[] | undefined, none: string): Markup {
  if (!texts || texts.length === 0) return html`${none}`
  const shown = texts.slice(0, 6).map((text, index) => html`${index > 0 ? ', ' : ''}${untrusted(text, 60)}`)
  return html`${shown}${texts.length > 6 ? ` and ${texts.length - 6} more` : NOTHING}`
}
