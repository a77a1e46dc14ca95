/** Factors, and every source of evidence with its time; what is not known is marked. Pure. */
import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, type Factor, known } from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { ago, count, plain, prose, say } from '../text.ts'

export function factorsView(c: Case, now: Instant): Markup {
  const factors = c.evidence && known(c.evidence.factors)
  if (!factors) return NOTHING
  if (factors.length === 0)
    return html`<section class="card"><h2>Factors</h2><p>Okta lists no factor. It may hide some from us.</p></section>`
  const sorted = [...factors].sort((a, b) => Number(b.isOktaVerify) - Number(a.isOktaVerify))
  return html`<section class="card" aria-labelledby="factors">
<h2 id="factors">Factors</h2>
<ul class="plain-list">${each(sorted.slice(0, 30), (factor) => factorView(factor, now))}</ul>
</section>`
}

function factorView(factor: Factor, now: Instant): Markup {
  return html`<li><strong>${factor.isOktaVerify ? 'Okta Verify ' : NOTHING}${say(factor.type, 60)}</strong> <span class="pill ${factor.status === 'ACTIVE' ? 'good' : 'person'}">${say(factor.status, 40)}</span> <span class="aside">${factor.deviceName ? html`on ${say(factor.deviceName, 60)}, ` : NOTHING}since ${ago(factor.createdAt, now)}</span></li>`
}

export function evidenceView(c: Case, now: Instant): Markup {
  const { evidence } = c
  if (!evidence) return html`<section class="card"><h2>Evidence</h2><p>Nothing has been read from Okta.</p></section>`
  return html`<section class="card" aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<dl class="facts">${each(EVIDENCE_SOURCES, (source) => itemView(source, evidence, now))}</dl>
</section>`
}

function itemView(source: EvidenceSource, evidence: Evidence, now: Instant): Markup {
  const item = evidence[source]
  if (item.state !== 'known') {
    const words = item.state === 'absent' ? 'declared absent' : 'not known'
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

/** What a source said, in a line; the API has it whole. */
const SUMMARIES: { readonly [S in EvidenceSource]: (evidence: Evidence) => Markup } = {
  user: ({ user }) => {
    const value = known(user)
    if (!value) return NOTHING
    const moving = value.transitioningTo ? html`, moving to ${say(value.transitioningTo, 40)}` : NOTHING
    return html`<strong>${say(value.status, 40)}</strong>${moving}, account from ${say(value.provider, 40)}, last sign-in ${value.lastLoginAt?.slice(0, 10) ?? 'never'}, password changed ${value.passwordChangedAt?.slice(0, 10) ?? 'never'}`
  },
  blocks: ({ blocks }) =>
    listed(
      known(blocks)?.map(({ type, appliesTo }) => `${type} for ${appliesTo}`),
      'none'
    ),
  devices: ({ devices }) => html`${count(known(devices)?.length ?? 0, 'device')}`,
  device_users: (evidence) =>
    listed(
      known(evidence.device_users)?.map(({ userIds }) => count(userIds.length, 'user')),
      'none asked'
    ),
  factors: ({ factors }) =>
    html`${count(known(factors)?.length ?? 0, 'factor')}, ${known(factors)?.filter((factor) => factor.isOktaVerify).length ?? 0} of Okta Verify`,
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
    html`${say(known(risk)?.level, 20)}${known(risk)?.reason ? html`: ${say(known(risk)?.reason, 200)}` : NOTHING}`,
  groups: ({ groups }) =>
    listed(
      known(groups)?.map(({ name, id }) => name ?? id),
      'none'
    ),
  history: ({ history }) => html`${count(known(history)?.length ?? 0, 'event')}`
}

function summaryOf(source: EvidenceSource, evidence: Evidence): Markup {
  return SUMMARIES[source](evidence)
}

function listed(texts: readonly string[] | undefined, none: string): Markup {
  if (!texts || texts.length === 0) return html`${none}`
  const shown = texts.slice(0, 6).map((text, index) => html`${index > 0 ? ', ' : ''}${say(text, 60)}`)
  return html`${shown}${texts.length > 6 ? ` and ${texts.length - 6} more` : NOTHING}`
}
