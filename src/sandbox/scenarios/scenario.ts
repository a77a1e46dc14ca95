/** What a scenario is: a person's problem as data, and its expected outcome. The demo and the tests play them. */
import type { Decision } from '../../domain/decision.ts'
import type { CaseState, CauseId, Effect, GuardId, Mode, RemediationId } from '../../domain/vocabulary.ts'
import type { HookDelivery } from '../hooks/delivery.ts'
import type { Org } from '../org/org.ts'
import { type AfterWrite, type FailureHow, failEnrollment, type Later, type Person, reactToWrites } from '../people.ts'

/* The stage: sets scenarios up in an org; each person waits for a cue and reacts to writes. */

/** A scenario with its person in the org. */
export interface Role {
  readonly scenario: Scenario
  readonly person: Person
  /** The failing try happens now. */
  cue(): Promise<void>
}

export interface Stage {
  readonly roles: readonly Role[]
  /** Writes in Okta about this person or their phone. */
  writesAbout(person: Person): number
  /** Nobody reacts any more. */
  close(): void
}

/** Sets the scenarios up, in order. `later` puts off what people do after a write. */
export function setStage(
  org: Org,
  scenarios: readonly Scenario[],
  okta: Pick<HookDelivery, 'preview'>,
  later?: Later
): Stage {
  const stops: (() => void)[] = []
  const roles = scenarios.map((scenario): Role => {
    const person = scenario.setUp(org)
    stops.push(reactToWrites(org, person, scenario.afterWrite ?? 'nothing', later))
    const { fails = () => void failEnrollment(org, person, scenario.how) } = scenario
    return { scenario, person, cue: async () => fails(org, person, okta) }
  })
  return {
    roles,
    writesAbout: ({ id, deviceId }) =>
      org.writes.filter((write) => write.userId === id || (deviceId !== null && write.deviceId === deviceId)).length,
    close: () => {
      for (const stop of stops) stop()
    }
  }
}

/** What must have become of the person's newest case once it is at rest. */
export interface Expectation {
  readonly state: CaseState
  readonly cause: CauseId
  readonly decision: Decision['kind']
  /** Null where the decision is a ticket: no write, so no mode. */
  readonly mode: Mode | null
  /** What was done or is proposed; for a ticket, what a guard kept from being done. */
  readonly remediation: RemediationId | null
  /** Guards that must be among those that stopped it. */
  readonly stoppedBy: readonly GuardId[]
  /** Writes in Okta about this person, over all their cases. */
  readonly writes: number
  /** Of the last write. */
  readonly effect?: Effect
}

export interface Scenario {
  readonly id: string
  /** A plain sentence about the person. */
  readonly title: string
  readonly story: string
  readonly shows?: readonly GuardId[]
  /** Creates the person, and all else that belongs to the story. */
  readonly setUp: (org: Org) => Person
  readonly how?: FailureHow
  /** Where one failed attempt in the log is not the whole story: what is written to the log, or sent as a preview. */
  readonly fails?: (org: Org, person: Person, okta: Pick<HookDelivery, 'preview'>) => void | Promise<void>
  /** Default: nothing. */
  readonly afterWrite?: AfterWrite
  /** On-call's yes to the proposal. Without it a proposal stays open. */
  readonly approve?: {
    /** Guards that the proposal must ask to override; the reason is given for every guard it asks for. */
    readonly overrides: readonly GuardId[]
    readonly because: string
    /** What changes in Okta between proposal and approval, before any event tells of it. */
    readonly meanwhile?: (org: Org, person: Person) => void
  }
  /** What happens once the case has first come to this state. */
  readonly next?: { readonly when: CaseState; readonly happens: (org: Org, person: Person) => void }
  readonly expect: Expectation
  /** Not to be played beside others: it fills the org with failures. */
  readonly isolated?: true
}

/** A ticket without any write, on a row that would write nothing. */
export function ticket(cause: CauseId): Expectation {
  return {
    state: 'with_person',
    cause,
    decision: 'ticket',
    mode: null,
    remediation: null,
    stoppedBy: [],
    writes: 0
  }
}

/** A proposal that nobody has answered yet. */
export function proposed(cause: CauseId, remediation: RemediationId): Expectation {
  return { ...ticket(cause), state: 'awaiting_approval', decision: 'remediate', mode: 'propose', remediation }
}

/** A ticket because a guard stood in the way of an automatic write. */
export function stopped(cause: CauseId, remediation: RemediationId, ...stoppedBy: readonly GuardId[]): Expectation {
  return { ...ticket(cause), remediation, stoppedBy }
}

/** The write was made once, and the person enrolled. */
export function repaired(cause: CauseId, mode: Mode, remediation: RemediationId): Expectation {
  return {
    state: 'resolved',
    cause,
    decision: 'remediate',
    mode,
    remediation,
    stoppedBy: [],
    writes: 1,
    effect: 'effective'
  }
}
