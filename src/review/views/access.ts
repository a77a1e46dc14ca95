/** The access page: sessions and API tokens. Pure. */
import { MAX_TOKEN_DAYS, TOKEN_NAME } from '../../api/access.ts'
import type { Credential } from '../../domain/credentials.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import { ago, plain, untrusted } from '../text.ts'
import { table } from './table.ts'

/** What the access page shows. */
export interface AccessModel {
  readonly viewer: Operator
  /** May see and end everybody's sessions and the API tokens. */
  readonly mayManage: boolean
  /** Those that the viewer may see. */
  readonly credentials: readonly Credential[]
  /** The id of the session that asks. */
  readonly current: string | undefined
  /** An API token that was just made, to be shown once. */
  readonly token: string | null
  readonly error: string | null
  readonly csrf: string
  readonly now: Instant
}

/** The access page. */
export function accessView(model: AccessModel): Markup {
  const of = (kind: Credential['kind']) => model.credentials.filter((credential) => credential.kind === kind)
  const sessions = of('session')
  return html`<h1>Access</h1>
${model.token ? html`<section class="card" aria-labelledby="made" role="status"><h2 id="made">New API token</h2><p>Copy it now. It is not shown again.</p><pre tabindex="0">${model.token}</pre></section>` : NOTHING}
<section class="card" aria-labelledby="sessions">
<h2 id="sessions">Sessions</h2>
<p class="aside">A session ends after 30 minutes without use, and 8 hours after the sign-in.</p>
${list(model, 'Sessions', sessions)}
${sessions.length > 1 ? html`<form method="post" action="/access/end-others"><input type="hidden" name="_csrf" value="${model.csrf}"><button type="submit">${model.mayManage ? 'End all other sessions' : 'End your other sessions'}</button></form>` : NOTHING}
</section>
${model.mayManage ? tokens(model, of('token')) : NOTHING}`
}

function tokens(model: AccessModel, found: readonly Credential[]): Markup {
  return html`<section class="card" aria-labelledby="tokens">
<h2 id="tokens">API tokens</h2>
<p class="aside">For scripts: one per script, so that each can be ended alone. In the ledger it acts as <code>token:name</code>. It never counts as one of two approvers.</p>
${found.length > 0 ? list(model, 'API tokens', found) : html`<p>None.</p>`}
<h3>New token</h3>
${model.error ? html`<p class="fault" role="alert">${model.error}</p>` : NOTHING}
<form method="post" action="/access/tokens" class="stack"><input type="hidden" name="_csrf" value="${model.csrf}">
<label class="reason"><span>Name</span><input name="name" required pattern="${TOKEN_NAME.slice(1, -1)}" maxlength="60"></label>
<label class="reason"><span>Role</span><select name="role"><option value="viewer">Viewer</option><option value="approver">Approver</option></select></label>
<label class="reason"><span>Days until it expires</span><input name="days" type="number" min="1" max="${MAX_TOKEN_DAYS}" value="90" required></label>
<button type="submit">Create the token</button></form>
</section>`
}

function list({ csrf, current, now }: AccessModel, title: string, credentials: readonly Credential[]): Markup {
  const row = ({ id, kind, operator, createdAt, createdBy, seenAt, endsAt }: Credential) => [
    html`<span title="${plain(operator.id, 200)}">${untrusted(operator.name, 60)}</span>${id === current ? html` <span class="aside">this session</span>` : NOTHING}`,
    operator.role,
    html`${ago(createdAt, now)}${kind === 'token' ? html` <span class="aside">by ${untrusted(createdBy, 60)}</span>` : NOTHING}`,
    ago(seenAt, now),
    ago(endsAt, now),
    html`<form method="post" action="/access/${id}/end"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit" aria-label="End ${plain(operator.name, 60)}">End</button></form>`
  ]
  return table(title, ['Who', 'Role', 'Since', 'Last used', 'Ends', ''], credentials.map(row))
}
