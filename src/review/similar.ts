/** Other cases of the last days that share something with a case: how many, and how many of them enrolled. */
import type { Case } from '../domain/case.ts'
import type { CaseFilter, Store } from '../domain/store.ts'
import { plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from './html.ts'
import { type QueueFact, type QueueQuery, queueHref, readQueueQuery, SINCE } from './queue.ts'
import type { ReviewWords } from './review-deps.ts'
import { ago, quantity, untrusted } from './text.ts'
import { OUTCOME_WORDS, STATE_TONES, STATE_WORDS } from './words.ts'

const SINCE_DAYS = '7d'

/** What the cases share. */
export interface Similar {
  readonly what: 'cause' | QueueFact
  readonly value: string
  /** The other cases, and those of them whose users enrolled. */
  readonly others: number
  readonly enrolled: number
  readonly query: Partial<QueueQuery>
}

/** Most other cases of the same user on a page. */
const MOST_OF_USER = 5

/** The newest other cases of the same user. */
export async function readOfUser(store: Pick<Store, 'listCases'>, c: Case): Promise<readonly Case[]> {
  const user = c.user.id ?? c.user.login
  if (c.storm || !user) return []
  const { cases } = await store.listCases({ user, limit: MOST_OF_USER + 1 })
  return cases.filter(({ id }) => id !== c.id).slice(0, MOST_OF_USER)
}

/** The card with them. */
export function ofUserView(cases: readonly Case[], now: Instant): Markup {
  if (cases.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="of-user">
<h2 id="of-user">Earlier cases of the user</h2>
<ul class="plain-list">${each(cases, (c) => html`<li><a href="/cases/${c.id}">${c.id}</a> <span class="pill ${STATE_TONES[c.state]}">${STATE_WORDS[c.state]}</span> <span class="aside">opened ${ago(c.openedAt, now)}${c.outcome ? `, ${OUTCOME_WORDS[c.outcome]}` : NOTHING}</span></li>`)}</ul>
</section>`
}

/** Counts them by cause, device model, app version and address; leaves out what nobody shares. */
export async function readSimilar(
  store: Pick<Store, 'countByState'>,
  c: Case,
  now: Instant
): Promise<readonly Similar[]> {
  const last = c.failures.at(-1)
  const facts: readonly (readonly [QueueFact, string | null | undefined])[] = [
    ['model', last?.device.model],
    ['app', last?.context.appVersion],
    ['address', last?.context.ip]
  ]
  const openedSince = plus(now, -SINCE[SINCE_DAYS])
  const own = c.openedAt >= openedSince ? 1 : 0
  const counted = async (what: Similar['what'], value: string, filter: CaseFilter, query: Partial<QueueQuery>) => {
    const counts = await store.countByState({ ...filter, openedSince })
    const all = Object.values(counts).reduce((sum, n) => sum + n, 0)
    return {
      what,
      value,
      query,
      others: all - own,
      enrolled: (counts.resolved ?? 0) - (c.state === 'resolved' ? own : 0)
    }
  }
  const all = await Promise.all([
    ...(c.cause ? [counted('cause', c.cause.id, { cause: c.cause.id }, { cause: c.cause.id })] : []),
    ...facts.flatMap(([kind, value]) =>
      value ? [counted(kind, value, { facts: { [kind]: value } }, { facts: { [kind]: value } })] : []
    )
  ])
  return all.filter(({ others }) => others > 0)
}

const WORDS: Readonly<Partial<Record<Similar['what'], string>>> = {
  model: 'Device model',
  app: 'App version',
  address: 'Address'
}

/** The card with them; each leads to these cases in the queue. */
export function similarView(c: Case, similar: readonly Similar[], words: ReviewWords): Markup {
  if (similar.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="similar">
<h2 id="similar">Similar cases, last 7 days</h2>
<ul class="plain-list">${each(similar, ({ what, value, others, enrolled, query }) => {
    const href = queueHref({ ...readQueueQuery({ view: 'all', since: SINCE_DAYS }), ...query })
    const name = what === 'cause' && c.cause ? `Cause: ${words.cause(c.cause.id).label}` : `${WORDS[what]} ${value}`
    return html`<li>${untrusted(name, 80)}: <a href="${href}">${quantity(others, 'other case')}</a> <span class="aside">${enrolled} enrolled</span></li>`
  })}</ul>
</section>`
}
