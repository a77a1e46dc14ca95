/** A case in two sentences: what went wrong, and what we did or propose. Pure. */
import type { Case } from '../../domain/case.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, prose, say, when } from '../text.ts'
import { EFFECT_WORDS, guardTitle, OUTCOME_WORDS } from '../words.ts'

/** Who reported what, and the cause. */
export function whatWentWrong(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.storm) {
    return html`<p class="lead">Since ${when(c.storm.since)} many users fail at once: ${prose(c.storm.because)}</p>`
  }
  const last = c.failures.at(-1)
  const platform = last && last.device.platform !== 'unknown' ? html` on ${PLATFORMS[last.device.platform]}` : NOTHING
  const by = last?.source === 'report' ? 'The help desk reported' : 'Okta reported'
  const times = c.failures.length > 1 ? html`, attempt ${c.failures.length} in this case` : NOTHING
  const event = last
    ? html`${by} ${ago(last.publishedAt, now)} that Okta Verify could not be enrolled${platform}${last.reason ? html`: “${say(last.reason, 120)}”` : NOTHING}${times}.`
    : html`Okta Verify could not be enrolled; no event says more.`
  const cause = c.cause
    ? html` Cause: <strong>${words.cause(c.cause.id).label}</strong> <span class="aside">(confidence ${c.cause.confidence}${c.cause.kbOption ? html`, option ${c.cause.kbOption} of Okta’s article` : NOTHING})</span>.`
    : html` The cause is not known yet.`
  return html`<p class="lead">${event}${cause}</p>`
}

const PLATFORMS = { IOS: 'an iPhone or iPad', ANDROID: 'Android', MACOS: 'a Mac', WINDOWS: 'Windows' } as const

/** What was done, is proposed or is left for a person: a short heading and its reason. */
export function whatNow(
  c: Case,
  words: ReviewWords,
  now: Instant
): { readonly heading: Markup; readonly because: Markup } {
  if (c.securityAlert) {
    return {
      heading: html`Treat this as a possible takeover`,
      because: html`${prose(c.securityAlert)}, shortly after Reenroll made enrolling easier. Reach the user by a channel you know to be theirs; if in doubt, suspend the account and end its sessions.`
    }
  }
  if (c.storm) return storm(c.storm)
  if (c.proposal) return proposed(c, c.proposal, words, now)
  switch (c.state) {
    case 'received':
    case 'correlating':
      return {
        heading: html`Reading Okta`,
        because: html`The user, devices, factors and System Log are being read; a decision follows within seconds.`
      }
    case 'acting':
      return { heading: html`A write is under way`, because: prose(c.decision?.because) }
    case 'watching':
      return watching(c, words)
    case 'resolved':
      return {
        heading: html`The user is enrolled`,
        because: html`${c.recovery ? html`Since ${when(c.recovery.publishedAt)}: ` : NOTHING}${c.outcome ? OUTCOME_WORDS[c.outcome] : 'enrolled'}.`
      }
    case 'closed':
      return {
        heading: html`Closed`,
        because: html`${c.outcome ? OUTCOME_WORDS[c.outcome] : 'closed'}: ${prose(c.timeline.at(-1)?.what)}`
      }
    default:
      return forPerson(c, words)
  }
}

function storm(storm: NonNullable<Case['storm']>) {
  const { children, releasedAt } = storm
  return {
    heading: releasedAt ? html`The storm is over` : html`A storm: nothing is written by itself`,
    because: html`${children.open} of ${children.all} cases are open. ${releasedAt ? html`They are decided anew since ${when(releasedAt)}.` : html`They are decided anew, together, when it is over.`}`
  }
}

function proposed(c: Case, proposal: NonNullable<Case['proposal']>, words: ReviewWords, now: Instant) {
  const { overridesNeeded, expiresAt, remediation } = proposal
  const overrides = overridesNeeded.map((id) => `${id} (${guardTitle(id)})`).join(', ')
  return {
    heading: html`Proposed: ${words.remediations[remediation].title}`,
    because: html`${prose(c.decision?.because)}${overrides ? html` To go on, override ${overrides}.` : NOTHING} <span class="aside">Expires ${ago(expiresAt, now)}.</span>`
  }
}

function watching(c: Case, words: ReviewWords) {
  const done = c.actions.findLast((action) => action.state === 'done')
  return {
    heading: done ? html`Done: ${words.remediations[done.remediation].title}` : html`Watching`,
    because: html`${done ? html`At ${when(done.at)}; ${EFFECT_WORDS[done.effect]}. ` : NOTHING}Watched until ${when(c.watchUntil)} for the user to enroll.`
  }
}

function forPerson(c: Case, words: ReviewWords) {
  const { todo } = words.cause(c.cause?.id ?? 'unknown')
  const { decision } = c
  const stopped = decision?.remediation && decision.stoppedBy.length > 0 ? decision : null
  if (!stopped?.remediation) return { heading: html`For a person`, because: html`${todo}` }
  const why = stopped.stoppedBy.map((id) => `${id} (${guardTitle(id)})`).join(', ')
  return {
    heading: html`For a person: ${words.remediations[stopped.remediation].title.toLowerCase()} was held back`,
    because: html`Stopped by ${why}. ${todo}`
  }
}
