/** What a person may do to a case, through API, page or chat. */
import type { Case } from './case.ts'
import type { CauseId, GuardId, Instant, OperatorRole } from './vocabulary.ts'

/** Who acts: a signed-in person, a token, or a person in a chat or ticket system. */
export interface Operator {
  /** Never changes and is unique: provider and subject, or the token. Compared, and kept in the ledger beside `name`. */
  readonly id: string
  /** For display only: people can change their own. */
  readonly name: string
  readonly role: OperatorRole
  /** What identifies the person: the issuer, or `slack`. Null for a token, which several people can hold. */
  readonly provider: string | null
}

/** Identified by this provider under an id that it never gives to somebody else. */
export function personOf(provider: string, subject: string, { name, role }: Pick<Operator, 'name' | 'role'>): Operator {
  return { id: `${provider} ${subject}`, name, role, provider }
}

/** `REENROLL_OPS_TOKEN`, for the first sign-in and emergencies. */
export const OPS_TOKEN: Operator = { id: 'ops-token', name: 'ops-token', role: 'approver', provider: null }

/** The result of a command; the API maps each kind to a status (404, 403, 409, 422). */
export type CommandResult =
  | { readonly ok: true; readonly case: Case }
  | {
      readonly ok: false
      readonly kind: 'not_found' | 'forbidden' | 'stale' | 'wrong_state' | 'incomplete'
      /** What is wrong and what to do instead. */
      readonly because: string
      /** For `stale`: what changed since the person saw it. */
      readonly changes: readonly string[]
    }

/** Which of a storm's cases to release. */
export interface ReleaseAsk {
  readonly cause?: CauseId
  /** By kind of fact (`CaseFilter`). */
  readonly facts?: Readonly<Record<string, string>>
  readonly most: number
  readonly because: string
}

export interface CloseAsk {
  readonly because: string
  /** Somebody else tried to enroll. Guard report, rollout plan and rule watch count it, also for a case that has ended. */
  readonly attack?: boolean
}

/** To whom; null unassigns the case. A note is written with it, or neither is. */
export interface AssignAsk {
  readonly to: string | null
  readonly text?: string
}

/** Which factor to challenge: its id, or `manager`. */
export interface ChallengeAsk {
  readonly factor: string
}

export interface CaseCommands {
  /** Approves exactly the proposal with this hash; every guard in `overridesNeeded` needs its own reason. */
  approve(
    caseId: string,
    ask: { hash: string; overrides: readonly { guard: GuardId; because: string }[] },
    by: Operator
  ): Promise<CommandResult>
  reject(caseId: string, ask: { hash: string; because: string }, by: Operator): Promise<CommandResult>
  close(caseId: string, ask: CloseAsk, by: Operator): Promise<CommandResult>
  /** Reads and decides again. */
  retry(caseId: string, by: Operator): Promise<CommandResult>
  /** Verifies the caller on a factor that the user still has. The result is read in the case. */
  verify(caseId: string, ask: ChallengeAsk, by: Operator): Promise<CommandResult>
  /** The second operator, for an administrator. */
  confirmVerification(caseId: string, by: Operator): Promise<CommandResult>
  /** The code that the caller reads out. */
  enterCode(caseId: string, ask: { code: string }, by: Operator): Promise<CommandResult>
  assign(caseId: string, ask: AssignAsk, by: Operator): Promise<CommandResult>
  /** Adds a note to the timeline and the ticket. */
  note(caseId: string, ask: { text: string }, by: Operator): Promise<CommandResult>
  /** Sends the user the steps: by mail where that is set up and nothing speaks against it, and as a line of the ticket. */
  sendSteps(caseId: string, by: Operator): Promise<CommandResult>
  /** Releases cases of a storm that is still on, the oldest first: they are read and decided again, under all guards. */
  release(stormId: string, ask: ReleaseAsk, by: Operator): Promise<CommandResult>
  /** Snoozes the case, so that the queue hides it; null ends the snooze. Processing continues. */
  snooze(caseId: string, ask: { until: Instant | null }, by: Operator): Promise<CommandResult>
}

/** A character that a reader sees: not white space, a control, an invisible filler or a blank. As a pattern for JSON Schema too. */
export const VISIBLE = '[^\\s\\p{C}\\p{Z}\\p{Default_Ignorable_Code_Point}\\u2800]'

const EACH_VISIBLE = new RegExp(VISIBLE, 'gu')

/** How many visible characters the text has; a reason needs at least three. */
export function visibleLength(text: string): number {
  return text.match(EACH_VISIBLE)?.length ?? 0
}

/** Longest parts of a report, in characters. */
export const REPORT_LIMITS = { user: 256, errorCode: 100, text: 4_000 } as const

/** What a person chooses about their own failure: no free text. */
export type OwnReport = Pick<Report, 'errorCode' | 'platform'>

/** A help-desk report: the same pipeline, lower trust, never automatic. */
export interface Report {
  /** Okta user id or login. */
  readonly user: string
  readonly errorCode: string | null
  readonly platform: string | null
  readonly text: string | null
  readonly cause?: CauseId
}
