/** What surrounds every page: the head, where one is, whether the brake is on, who is signed in. Pure. */

import type { Controls } from '../../domain/decision.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import { ago, plain, prose, say } from '../text.ts'

export type NavItem = 'queue' | 'report' | 'policy' | 'brake' | 'activity' | 'none'

export interface Frame {
  readonly title: string
  readonly place: NavItem
  /** Null: nobody is signed in, so nothing of the service is shown around the page. */
  readonly viewer: { readonly operator: Operator; readonly csrf: string; readonly controls: Controls } | null
  readonly now: Instant
  /** Paths of the assets, with their content's hash. */
  readonly assets: { readonly style: string; readonly script: string; readonly icon: string }
  /** What the last action did; shown once. */
  readonly told?: string | null
}

const PLACES: readonly (readonly [Exclude<NavItem, 'none'>, string, string])[] = [
  ['queue', '/', 'Queue'],
  ['report', '/report', 'Report'],
  ['policy', '/policy', 'Policy'],
  ['brake', '/brake', 'Brake'],
  ['activity', '/activity', 'Activity']
]

/** The whole page as text. */
export function layout(frame: Frame, main: Markup): string {
  const { title, assets, viewer } = frame
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${plain(title, 100)} · Reenroll</title>
<link rel="icon" href="${assets.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
${viewer ? topBar(frame, viewer) : NOTHING}
${viewer ? brakeBanner(viewer.controls, frame.now) : NOTHING}
<main id="main" tabindex="-1">
${frame.told ? html`<p class="told" role="status">${frame.told}</p>` : NOTHING}
${main}
</main>
</body>
</html>
`.toString()
}

function topBar({ place }: Frame, { operator, csrf }: NonNullable<Frame['viewer']>): Markup {
  const links = PLACES.map(
    ([id, href, words]) =>
      html`<li><a href="${href}"${id === place ? html` aria-current="page"` : NOTHING}>${words}</a></li>`
  )
  return html`<header class="top">
<a class="mark" href="/" aria-label="Reenroll, to the queue"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M19 12a7 7 0 1 1-2.6-5.4"/><path d="M17 2.5v4.3h-4.3"/><path d="m9.2 12 2.1 2.2 3.9-4.3"/></svg><span>Reenroll</span></a>
<nav aria-label="Pages"><ul>${links}</ul></nav>
<form class="who" method="post" action="/sign-out">
<input type="hidden" name="_csrf" value="${csrf}">
<span class="who-name">${say(operator.name, 40)}${operator.role === 'viewer' ? ' (viewer)' : ''}</span>
<button class="quiet" type="submit">Sign out</button>
</form>
</header>`
}

function brakeBanner({ kill, ceiling }: Controls, now: Instant): Markup {
  if (kill?.on) {
    return html`<aside class="banner stop" aria-label="Brake"><strong>The brake is on.</strong> Nothing is written to Okta: ${say(kill.because, 200)} <span class="aside">by ${say(kill.by, 60)}, ${ago(kill.at, now)}</span> <a href="/brake">To the brake</a></aside>`
  }
  if (ceiling && ceiling !== 'auto') {
    return html`<aside class="banner" aria-label="Ceiling">The ceiling over all rules is <strong>${ceiling}</strong>. <a href="/policy">To the policy</a></aside>`
  }
  return NOTHING
}

/** A page that says one thing and what to do about it. */
export function messagePage(heading: string, body: Markup): Markup {
  return html`<section class="narrow"><h1>${heading}</h1>${body}</section>`
}

/** A sentence of ours or of a command's answer. */
export function sentence(text: string): Markup {
  return html`<p>${prose(text)}</p>`
}
