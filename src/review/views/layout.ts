/** The layout of every page: navigation, kill-switch banner, operator; and the sign-in page. Pure. */
import type { Controls } from '../../domain/decision.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant, Mode } from '../../domain/vocabulary.ts'
import { directionOf } from '../../ticket/languages/languages.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { ago, prose, untrusted } from '../text.ts'

/** What the sign-in page shows. */
export interface SignInModel {
  readonly oidc: boolean
  readonly csrf: string
  /** Where to redirect afterwards. */
  readonly next: string
  readonly error: string | null
  /** Text typed when the session had ended; shown again after the sign-in. */
  readonly kept: readonly string[]
}

/** The sign-in page; shows nothing of the service. */
export function signInView({ oidc, csrf, next, error, kept }: SignInModel): Markup {
  return html`<section class="sign-in">
<h1>Reenroll</h1>
<p>Gets people back into Okta Verify.</p>
${kept.length > 0 ? html`<div class="warn"><p>Your session has ended. Your text is kept and shown again after you sign in:</p>${each(kept, (text) => html`<blockquote>${untrusted(text, 2_000)}</blockquote>`)}</div>` : NOTHING}
${error ? html`<p class="fault" role="alert">${prose(error)}</p>` : NOTHING}
${
  oidc
    ? html`<p><a class="button primary big" href="/sign-in/oidc?next=${encodeURIComponent(next)}">Sign in</a></p>`
    : html`<form method="post" action="/sign-in" class="stack"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="next" value="${next}">
<label class="reason"><span>Ops token</span><input type="password" name="token" required autocomplete="current-password" spellcheck="false" autofocus></label>
<button class="primary big" type="submit">Sign in</button>
<p class="aside">The value of <code>REENROLL_OPS_TOKEN</code>. The session ends after 30 minutes without use.</p></form>`
}
</section>`
}

/** The pages in the navigation. */
export type NavItem = 'queue' | 'report' | 'policy' | 'safety' | 'activity' | 'tickets' | 'access' | 'none'

/** What surrounds a page. */
export interface Frame {
  /** Names in it are in lists, which are not translated. */
  readonly title: string | Markup
  readonly nav: NavItem
  /** Null without a session; then nothing of the service is shown. */
  readonly viewer: {
    readonly operator: Operator
    readonly csrf: string
    readonly controls: Controls
    readonly highestMode: Mode
  } | null
  readonly now: Instant
  readonly language: string
  /** Paths of the assets. */
  readonly assets: { readonly style: string; readonly script: string; readonly icon: string }
  /** The result of the last action; shown once. */
  readonly notice?: string | null
}

const NAV_ITEMS: readonly (readonly [Exclude<NavItem, 'access' | 'none'>, string, string])[] = [
  ['queue', '/', 'Queue'],
  ['report', '/report', 'Report'],
  ['policy', '/policy', 'Policy'],
  ['safety', '/brake', 'Safety'],
  ['activity', '/activity', 'Activity'],
  ['tickets', '/tickets', 'Tickets']
]

/** The whole page. */
export function layout(frame: Frame, main: Markup): Markup {
  const { title, assets, viewer, language } = frame
  return html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Reenroll</title>
<link rel="icon" href="${assets.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
${viewer ? topBar(frame, viewer) : NOTHING}
${viewer ? controlsBanner(viewer.controls, viewer.highestMode, frame.now) : NOTHING}
<main id="main" tabindex="-1">
${frame.notice ? html`<p class="notice" role="status">${frame.notice}</p>` : NOTHING}
${main}
</main>
${viewer ? keysDialog() : NOTHING}
</body>
</html>
`
}

function topBar({ nav: place }: Frame, { operator, csrf, controls }: NonNullable<Frame['viewer']>): Markup {
  const mayStop = operator.role === 'approver' && !controls.kill?.on
  const links = NAV_ITEMS.map(
    ([id, href, words]) =>
      html`<li><a href="${href}"${id === place ? html` aria-current="page"` : NOTHING}>${words}</a></li>`
  )
  return html`<header class="top">
<a class="mark" href="/" aria-label="Reenroll, queue"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M19 12a7 7 0 1 1-2.6-5.4"/><path d="M17 2.5v4.3h-4.3"/><path d="m9.2 12 2.1 2.2 3.9-4.3"/></svg><span>Reenroll</span></a>
<nav aria-label="Pages"><ul>${links}</ul></nav>
${mayStop ? html`<form class="halt" method="post" action="/brake"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="on" value="yes"><button class="halt" type="submit" title="The kill switch: stops every write to Okta at once. You are asked for the reason afterwards.">Stop writes</button></form>` : NOTHING}
<form class="who" method="post" action="/sign-out">
<input type="hidden" name="_csrf" value="${csrf}">
<a class="who-name" href="/access" title="Sessions and API tokens"${place === 'access' ? html` aria-current="page"` : NOTHING}>${untrusted(operator.name, 40)}${operator.role === 'viewer' ? ' (viewer)' : ''}</a>
<button class="quiet" type="submit">Sign out</button>
</form>
</header>`
}

/** What `?` shows. Keys need the script, and so does this. */
const KEYS: readonly (readonly [string, string])[] = [
  ['j k', 'next or previous row of a list'],
  ['Enter', 'open the row'],
  ['/', 'search'],
  ['a r', 'approve or reject the case or the row'],
  ['n p', 'next or previous case of the queue'],
  ['u', 'back to the queue'],
  ['?', 'this list; Esc closes it']
]

function keysDialog(): Markup {
  const rows = KEYS.map(
    ([keys, what]) =>
      html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`
  )
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl class="facts">${rows}</dl><form method="dialog"><button type="submit">Close</button></form></dialog>`
}

/** What holds for all writes now; `highest` is `REENROLL_MODE`. */
function controlsBanner({ kill, ceiling }: Controls, highest: Mode, now: Instant): Markup {
  if (kill?.on) {
    return html`<aside class="banner stop" aria-label="Kill switch"><strong>The kill switch is on.</strong> Nothing is written to Okta: ${untrusted(kill.because, 200)} <span class="aside">by ${untrusted(kill.by, 60)}, ${ago(kill.at, now)}</span> <a href="/brake">Safety</a></aside>`
  }
  if (ceiling === 'observe' || highest === 'observe') {
    return html`<aside class="banner" aria-label="Ceiling"><strong>Observing only.</strong> Reenroll decides and makes tickets; it writes nothing to Okta. <a href="/policy">Policy</a></aside>`
  }
  if (ceiling && ceiling !== 'auto') {
    return html`<aside class="banner" aria-label="Ceiling">The ceiling over all rules is <strong>${ceiling}</strong>. <a href="/policy">Policy</a></aside>`
  }
  return NOTHING
}

export function messagePage(heading: string, body: Markup): Markup {
  return html`<section class="narrow"><h1>${heading}</h1>${body}</section>`
}

/** A sentence as a paragraph. */
export function sentence(text: string): Markup {
  return html`<p>${prose(text)}</p>`
}
