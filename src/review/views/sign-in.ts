/** Signing in. Shows nothing of the service to somebody who has not. Pure. */
import { each, html, type Markup, NOTHING } from '../html.ts'
import { prose, say } from '../text.ts'

export interface SignInModel {
  readonly oidc: boolean
  readonly csrf: string
  /** Where to go on afterwards. */
  readonly next: string
  readonly fault: string | null
  /** What was typed when the session had ended; it comes back after signing in. */
  readonly kept: readonly string[]
}

export function signInView({ oidc, csrf, next, fault, kept }: SignInModel): Markup {
  return html`<section class="sign-in">
<h1>Reenroll</h1>
<p>Gets people back into Okta Verify.</p>
${kept.length > 0 ? html`<div class="warn"><p>Your session has ended. What you typed is kept and comes back after you sign in:</p>${each(kept, (text) => html`<blockquote>${say(text, 2_000)}</blockquote>`)}</div>` : NOTHING}
${fault ? html`<p class="fault" role="alert">${prose(fault)}</p>` : NOTHING}
${
  oidc
    ? html`<p><a class="button primary big" href="/sign-in/oidc?next=${encodeURIComponent(next)}">Sign in</a></p>`
    : html`<form method="post" action="/sign-in" class="stack"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="next" value="${next}">
<label class="reason"><span>Ops token</span><input type="password" name="token" required autocomplete="current-password" spellcheck="false" autofocus></label>
<button class="primary big" type="submit">Sign in</button>
<p class="aside">The value of <code>REENROLL_OPS_TOKEN</code>. Typed once; the session lasts 8 hours.</p></form>`
}
</section>`
}
