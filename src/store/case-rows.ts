/** A case as it lies in an engine's table (and travels to SQLite's worker thread): the body as text, and beside it what is searched. */
import { needOf } from '../decide/advice.ts'
import { type Case, enrolledAfterMs, guidedCase, isByTeam } from '../domain/case.ts'
import type { OutboxDraft } from '../domain/outbox.ts'
import type { CaseClaim, CaseWrite, Need } from '../domain/store.ts'
import type { ChallengeCaps } from '../domain/verification.ts'
import type { Action, CaseState, CauseId, Effect, Instant } from '../domain/vocabulary.ts'
import { loginKey, searchText, stoppedKey } from './keys.ts'

export interface ActionRow {
  readonly remediation: string
  readonly attempt: number
  readonly state: Action['state']
  readonly intendedAt: Instant
  readonly effect: Effect
  readonly rule: string | null
  readonly body: string
}

export interface CaseSave {
  readonly id: string
  readonly subjectKey: string
  readonly userId: string | null
  readonly login: string | null
  readonly state: CaseState
  readonly cause: CauseId | null
  readonly parentId: string | null
  readonly mode: string | null
  readonly rule: string | null
  readonly outcome: string | null
  readonly snoozedUntil: Instant | null
  readonly need: Need
  /** What `search` looks into. */
  readonly search: string
  /** From the first failure to the enrollment, in seconds. */
  readonly enrolledAfterS: number | null
  /** 1 when a person acted on the case. */
  readonly byPerson: 0 | 1
  /** The guards that stopped the last repair a decision named, each with a space after it. Later decisions may name none. */
  readonly stoppedBy: string
  /** The only guard that stopped it, as JSON (`LoneStopped`), or an empty text. */
  readonly loneStop: string
  /** A `GuidedCase` as JSON, or an empty text. */
  readonly guided: string
  readonly openedAt: Instant
  readonly updatedAt: Instant
  readonly dueAt: Instant | null
  readonly version: number
  readonly body: string
  readonly actions: readonly ActionRow[]
  /** The ledger drafts, as JSON. */
  readonly ledger: string
  readonly holder: string | null
  readonly keepLease: boolean
  readonly controlsVersion: number | null
  readonly challengeCaps: ChallengeCaps | null
  readonly outbox: OutboxDraft | null
  readonly ticket: TicketRow | null
  readonly claim: CaseClaim | null
}

/** A ticket of the built-in desk; the body as JSON. */
export interface TicketRow {
  readonly key: string
  readonly caseId: string
  readonly body: string
}

export function caseSave(write: CaseWrite): CaseSave {
  const { next } = write
  const guided = guidedCase(next)
  return {
    id: next.id,
    subjectKey: next.subjectKey,
    userId: next.user.id,
    login: next.user.login === null ? null : loginKey(next.user.login),
    state: next.state,
    cause: next.cause?.id ?? null,
    parentId: next.parentId,
    mode: next.decision?.mode ?? null,
    rule: next.decision?.rule ?? null,
    outcome: next.outcome,
    snoozedUntil: next.snoozedUntil ?? null,
    need: needOf(next),
    search: searchText(next),
    enrolledAfterS: enrolledAfterS(next),
    byPerson: next.timeline.some(isByTeam) ? 1 : 0,
    stoppedBy: ((next.repair ?? next.decision)?.stoppedBy ?? []).map(stoppedKey).join(''),
    loneStop: next.repair?.loneStop ? JSON.stringify({ ...next.repair.loneStop, attack: next.attack }) : '',
    guided: guided ? JSON.stringify(guided) : '',
    openedAt: next.openedAt,
    updatedAt: next.updatedAt,
    dueAt: next.dueAt,
    version: next.version,
    body: JSON.stringify(next),
    actions: next.actions.map((action) => actionRow(action, next)),
    ledger: JSON.stringify(write.ledger),
    holder: write.holder ?? null,
    keepLease: write.keepLease ?? false,
    controlsVersion: write.controlsVersion ?? null,
    challengeCaps: write.challengeCaps ?? null,
    outbox: write.outbox ?? null,
    claim: write.claim ?? null,
    ticket: write.ticket ? { key: write.ticket.key, caseId: next.id, body: JSON.stringify(write.ticket) } : null
  }
}

function enrolledAfterS(c: Case): number | null {
  const ms = enrolledAfterMs(c)
  return ms === null ? null : Math.floor(ms / 1_000)
}

/** The case that `caseSave` wrote. */
export function parseCase(body: string): Case {
  return JSON.parse(body)
}

/** A case whose time has come, as its row says. */
export interface ClaimedCase {
  readonly body: string
  readonly due_at: Instant
}

/** The row's due time counts: it may have been brought forward. */
export function claimedCase({ body, due_at }: ClaimedCase): Case {
  return { ...parseCase(body), dueAt: due_at }
}

/** The rule is stored with the first save, the intent: what the case is decided on later does not change it. */
function actionRow(action: Action, { decision }: Case): ActionRow {
  const { remediation, attempt, state, intendedAt, effect } = action
  const rule = action.by.kind === 'rule' ? action.by.name : (decision?.rule ?? null)
  return { remediation, attempt, state, intendedAt, effect, rule, body: JSON.stringify(action) }
}
