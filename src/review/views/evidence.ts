/** Causes, rules, guards, and the evidence by question, with the time of each reading. Pure. */
import { guardTitle } from '../../decide/guards/guards.ts'
import type { Case } from '../../domain/case.ts'
import { type Evidence, type EvidenceSource, type Factor, known } from '../../domain/evidence.ts'
import { REPORTERS, signInWords } from '../../domain/subject.ts'
import type { Failure, GuardState, GuardVerdict, Instant, RemediationId } from '../../domain/vocabulary.ts'
import { PLATFORM_NAMES } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { nameOfTerm } from '../terms.ts'
import { ago, plain, prose, quantity, untrusted, when } from '../text.ts'
import { statusWords } from '../words.ts'

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

/** A rule's id as words; the id stays as hover text. */
export function ruleName(id: string): Markup {
  return html`<bdi title="${plain(id, 60)}">“${plain(id.replaceAll('_', ' '), 60)}”</bdi>`
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
${decision ? html`<p>Rule ${ruleName(decision.rule)} matched, mode ${decision.mode}: ${prose(decision.because)}</p>` : NOTHING}
${others.length > 0 ? html`<details><summary>${quantity(others.length, 'other cause', 'other causes')} considered</summary><ul>${each(others, ({ id, confidence, because }) => html`<li><strong>${words.cause(id).label}</strong> (${confidence}): ${prose(because.join('; '))}</li>`)}</ul></details>` : NOTHING}
${passed.length > 0 ? html`<details><summary>${quantity(passed.length, 'rule')} did not match</summary><ul>${each(passed, ({ rule, because }) => html`<li>${ruleName(rule)}: ${prose(because)}</li>`)}</ul></details>` : NOTHING}
</section>`
}

/** The questions that the evidence answers, with its sources. */
const QUESTIONS: readonly { readonly title: string; readonly sources: readonly EvidenceSource[] }[] = [
  { title: 'Is it really them?', sources: ['risk', 'roles', 'groups', 'history'] },
  { title: 'Is the account all right?', sources: ['user', 'blocks'] },
  { title: 'Which device?', sources: ['devices', 'device_users', 'factors', 'enrollments'] }
]

/** The card with the evidence by question: what the newest event says, then each source with the time of its reading. */
export function evidenceView(c: Case, now: Instant): Markup {
  const [them, account, device] = QUESTIONS.map(({ title, sources }, index) => {
    const event = [originOf, () => NOTHING, failingDevice][index]?.(c, now) ?? NOTHING
    const read = c.evidence ? each(sources, (source) => itemView(c, source, c.evidence as Evidence, now)) : NOTHING
    return html`<h3>${title}</h3><dl class="facts">${event}${read}</dl>`
  })
  return html`<section class="card" aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
${c.evidence ? NOTHING : html`<p>Nothing has been read from Okta yet.</p>`}
${them}${c.evidence ? account : NOTHING}${device}
</section>`
}

/** Where the newest attempt came from, by its event; and that its risk is not the user's. */
function originOf(c: Case, now: Instant): Markup {
  const last = c.failures.at(-1)
  if (!last) return NOTHING
  const { ip, country, asNumber, anonymizer, threat, unusual, risk } = last.context
  const parts = [
    last.signIn ? html`signed in at the org ${when(last.signIn.at)} (${signInWords(last.signIn)})` : null,
    ip ? `from ${ip}` : null,
    country,
    asNumber === null ? null : `network AS${asNumber}`,
    risk === 'unknown' ? null : `risk ${risk}`,
    anonymizer === 'yes' ? 'through an anonymizer' : null,
    threat === 'yes' ? 'suspected by ThreatInsight' : null,
    unusual === 'yes' ? 'unusual for the user' : null
  ].filter((part) => part !== null)
  const rated = c.evidence && known(c.evidence.risk)?.level
  const differ =
    risk !== 'unknown' && rated && rated !== risk
      ? html` <span class="aside read">Okta rates this attempt ${risk}, and the user as a whole ${rated}. Both are Okta’s.</span>`
      : NOTHING
  return fromEvent('Attempt', last, listed(parts, 'the event does not say where it came from'), now, differ)
}

/** The failing device, by its event. */
function failingDevice(c: Case, now: Instant): Markup {
  const last = c.failures.at(-1)
  if (!last) return NOTHING
  const { model, osVersion, name, platform } = last.device
  const { appVersion } = last.context
  const parts = [
    name,
    model,
    platform === 'unknown' ? null : [PLATFORM_NAMES[platform], osVersion].filter(Boolean).join(' '),
    appVersion ? `Okta Verify ${appVersion}` : null
  ].filter((part) => part !== null)
  return fromEvent('Failing device', last, listed(parts, 'the event does not describe it'), now)
}

function fromEvent(term: string, { source, publishedAt }: Failure, what: Markup, now: Instant, more = NOTHING): Markup {
  const by = source === 'hook' || source === 'log' ? html`by the event` : html`by ${REPORTERS[source]}`
  return html`<div><dt>${term}</dt><dd>${what} <span class="aside">${by}, ${ago(publishedAt, now)}</span>${more}</dd></div>`
}

function itemView(c: Case, source: EvidenceSource, evidence: Evidence, now: Instant): Markup {
  const item = evidence[source]
  if (item.state !== 'known') {
    const words = item.state === 'absent' ? (item.unused ? 'not read' : 'not used in this org') : 'not known'
    return html`<div class="${item.state}"><dt>${SOURCE_WORDS[source]}</dt><dd><span class="pill ${item.state === 'absent' ? 'still' : 'ask'}">${words}</span> ${prose(item.because)}</dd></div>`
  }
  const request = item.requestId ? html`Okta request ${[plain(item.requestId, 40)]}` : NOTHING
  const since = changesSince(c, source, item.at)
  const outdated =
    since.length > 0
      ? html` <span class="read outdated">Since this reading: ${each(since.slice(0, 2), ({ what, at }, index) => html`${index > 0 ? '; ' : ''}${what} ${ago(at, now)}`)}. It may be out of date.</span>`
      : NOTHING
  return html`<div><dt>${SOURCE_WORDS[source]}</dt><dd>${SUMMARIES[source](evidence, since.length > 0)} <span class="aside" title="${request}">read ${ago(item.at, now)}</span>${outdated}</dd></div>`
}

/** Event types that change what a source says. */
const CHANGED_BY: Readonly<Partial<Record<EvidenceSource, RegExp>>> = {
  user: /^user\.(lifecycle\.|account\.(lock|unlock|update_password|reset_password))/,
  blocks: /^user\.account\.(lock|unlock)/,
  factors: /^(user\.mfa\.factor\.|device\.enrollment\.)/,
  enrollments: /^(user\.mfa\.factor\.|device\.enrollment\.)/,
  devices: /^device\./,
  device_users: /^device\.user\./,
  roles: /^user\.account\.privilege/,
  risk: /^user\.risk/
}

/** The sources that a repair changes. */
const REPAIRED: Readonly<Record<RemediationId, readonly EvidenceSource[]>> = {
  unsuspend_user: ['user'],
  unlock_user: ['user', 'blocks'],
  resend_activation: ['user'],
  remove_orphaned_enrollment: ['factors', 'enrollments'],
  remove_replaced_enrollment: ['factors', 'enrollments'],
  unsuspend_device: ['devices']
}

interface Change {
  readonly what: string
  readonly at: Instant
}

/** Events and repairs of the case after a reading, which it cannot show; newest first. */
function changesSince(c: Case, source: EvidenceSource, readAt: Instant): readonly Change[] {
  const events = [...c.signals, ...(c.recovery ? [c.recovery] : [])].filter(({ eventType }) =>
    CHANGED_BY[source]?.test(eventType)
  )
  const repairs = c.actions.filter(
    ({ state, remediation }) => state === 'done' && REPAIRED[remediation].includes(source)
  )
  const changes = [
    ...events.map(({ eventType, publishedAt }) => ({ what: nameOfTerm(eventType) ?? eventType, at: publishedAt })),
    ...repairs.map(({ at }) => ({ what: 'repaired by Reenroll', at }))
  ]
  return changes.filter(({ at }) => at > readAt).sort((a, b) => (a.at < b.at ? 1 : -1))
}

const FACTOR_TYPES: Readonly<Record<string, string>> = {
  push: 'push',
  signed_nonce: 'FastPass',
  'token:software:totp': 'one-time code',
  'token:hardware': 'hardware token',
  webauthn: 'security key or passkey',
  call: 'phone call',
  question: 'security question',
  sms: 'SMS'
}

/** Okta Verify first. What changed since is not shown as in use. */
function factorList(factors: readonly Factor[], isOutdated: boolean): Markup {
  if (factors.length === 0) return html`none that Reenroll may see`
  const sorted = [...factors].sort((a, b) => Number(b.isOktaVerify) - Number(a.isOktaVerify))
  return html`<ul class="plain-list">${each(
    sorted.slice(0, 30),
    ({ type, status, isOktaVerify, deviceName, createdAt }) =>
      html`<li>${isOktaVerify ? html`<strong>Okta Verify</strong> ` : NOTHING}<span title="${plain(type, 60)}">${plain(FACTOR_TYPES[type] ?? type, 60)}</span> <span class="pill ${isOutdated ? 'still' : status === 'ACTIVE' ? 'good' : 'person'}">${isOutdated ? 'was ' : NOTHING}${statusWords(status)}</span> <span class="aside">${deviceName ? html`on ${untrusted(deviceName, 60)}, ` : NOTHING}since ${when(createdAt)}</span></li>`
  )}</ul>`
}

const SOURCE_WORDS: Readonly<Record<EvidenceSource, string>> = {
  user: 'Account',
  blocks: 'Sign-in blocks',
  devices: 'Devices',
  device_users: 'Users of devices',
  factors: 'Factors',
  enrollments: 'Authenticators',
  roles: 'Admin roles',
  risk: 'User risk',
  groups: 'Groups',
  history: 'System Log'
}

/** A one-line summary per source; the API returns all data. */
const SUMMARIES: { readonly [S in EvidenceSource]: (evidence: Evidence, isOutdated: boolean) => Markup } = {
  user: ({ user }) => {
    const value = known(user)
    if (!value) return NOTHING
    const moving = value.transitioningTo ? html`, moving to ${statusWords(value.transitioningTo)}` : NOTHING
    return html`<strong>${statusWords(value.status)}</strong>${moving}, account from ${value.provider === 'OKTA' ? 'Okta' : statusWords(value.provider ?? 'unknown')}, last sign-in ${value.lastLoginAt ? when(value.lastLoginAt) : 'never'}, password changed ${value.passwordChangedAt ? when(value.passwordChangedAt) : 'never'}`
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
  factors: ({ factors }, isOutdated) => factorList(known(factors) ?? [], isOutdated),
  enrollments: ({ enrollments }) =>
    listed(
      known(enrollments)?.map(({ key, status }) => `${key.replaceAll('_', ' ')}: ${statusWords(status)}`),
      'none'
    ),
  roles: ({ roles }) =>
    listed(
      known(roles)?.map(({ type, label }) => label ?? statusWords(type)),
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

function listed(texts: readonly (string | Markup)[] | undefined, none: string): Markup {
  if (!texts || texts.length === 0) return html`${none}`
  const shown = texts
    .slice(0, 6)
    .map((text, index) => html`${index > 0 ? ', ' : ''}${typeof text === 'string' ? untrusted(text, 60) : text}`)
  return html`${shown}${texts.length > 6 ? ` and ${texts.length - 6} more` : NOTHING}`
}
