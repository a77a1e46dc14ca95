/** Untrusted text, sentences and times as markup. Pure. */
import { msBetween, showDuration } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from './html.ts'
import { nameOfTerm, TERM } from './terms.ts'

/** Control characters, and those that change the direction of the text around them. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Longest untrusted text on a page, in characters; longer text ends with an ellipsis. */
const MAX_TEXT = 160
/** Longest sentence about a case. */
const MAX_SENTENCE = 700

/** One line of plain text without control characters, shortened to `max`. */
export function plain(text: string, max = MAX_TEXT): string {
  const shown = text.slice(0, max * 2).replace(STEERING, '\u{fffd}')
  const characters = [...shown]
  return characters.length > max || text.length > max * 2 ? `${characters.slice(0, max).join('')}…` : shown
}

/** Text from outside, isolated from the text direction around it. */
export function untrusted(text: string | null | undefined, max = MAX_TEXT): Markup {
  return text ? html`<bdi>${plain(text, max)}</bdi>` : html`<span class="unsaid">not given</span>`
}

/** As stored, or as `showInstant` has written it into a sentence. */
const INSTANT = /\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?Z| \d\d:\d\d UTC)/
const MARKED = new RegExp(`(${INSTANT.source}|${TERM.source})`)

/** A sentence of Reenroll about a case, which may quote untrusted text. */
export function prose(text: string | null | undefined): Markup {
  if (!text) return untrusted(text)
  const parts = named(text)
  return parts.length > 1 ? html`<bdi>${parts}</bdi>` : html`<bdi>${html`${plain(text, MAX_SENTENCE)}`}</bdi>`
}

/** A reason from outside, which is not translated. */
export function given(text: string | null | undefined): Markup {
  return text ? html`<bdi>${named(text)}</bdi>` : untrusted(text)
}

/** Instants in a sentence become times, and ids their names with the id as hover text. */
function named(text: string): readonly (string | Markup)[] {
  // The odd parts are what the pattern found.
  return plain(text, MAX_SENTENCE)
    .split(MARKED)
    .map((part, index) => {
      if (index % 2 === 0) return part
      if (INSTANT.test(part)) return when(part.replace(/ (.*) UTC/, 'T$1:00.000Z'))
      const name = nameOfTerm(part)
      return name ? html`<span title="${part}">${name}</span>` : part
    })
}

/** `2026-06-15 14:03:11 UTC`. */
export function exact(at: Instant): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`
}

/** A time. The script shows it in the viewer's time zone; the hover text has the exact UTC. */
export function when(at: Instant | null | undefined): Markup {
  if (!at) return html`<span class="unsaid">unknown time</span>`
  return html`<time class="at" datetime="${at}" title="${exact(at)}">${at.slice(0, 16).replace('T', ' ')} UTC</time>`
}

/** A relative time, such as `3 min ago`. */
export function ago(at: Instant | null | undefined, now: Instant): Markup {
  if (!at) return html`<span class="unsaid">unknown</span>`
  return html`<time class="ago" datetime="${at}" title="${exact(at)}">${agoWords(at, now)}</time>`
}

/** `due in 3 h`, `2 h late`; nothing without a target time. */
export function due(at: Instant | null, now: Instant): Markup {
  if (!at) return NOTHING
  const ms = msBetween(now, at)
  const text = ms < 0 ? html`${showDuration(-ms)} late` : html`due in ${showDuration(ms)}`
  return html`<time class="${ms < 0 ? 'late' : 'due'}" datetime="${at}" title="Target time: ${exact(at)}">${text}</time>`
}

/** `3 min ago`, `in 2 h`, `now`. */
function agoWords(at: Instant, now: Instant): Markup {
  const ms = msBetween(at, now)
  if (Math.abs(ms) < 1_000) return html`now`
  return ms > 0 ? html`${showDuration(ms)} ago` : html`in ${showDuration(-ms)}`
}

/** With a capital letter; names such as iPhone stay as they are. */
export function capital(text: string): string {
  return /^i[A-Z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

/** `3 cases`, `1 case`. */
export function quantity(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`
}
