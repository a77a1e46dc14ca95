/** The guards as a table: what each protects from, who may override it, and its check (facts §6.1). Pure. */

import type { DecideInput } from '../../domain/decision.ts'
import type { GuardId } from '../../domain/vocabulary.ts'
import { entriesOf } from '../entries.ts'
import type { Facts } from '../facts.ts'
import { blockedByUnknown, unfitDevice } from './block.ts'
import { anonymousEvent, anonymousLog, attackSigns, unusualPlace } from './context.ts'
import type { GuardContext, GuardResult } from './guard-result.ts'
import { changedMeanwhile, missingEvidence, storm, untrustedEvent, writeCaps } from './pace.ts'
import { adminRole, credentialChange, protectedPerson, statusMoves, suspiciousReport, userRisk } from './person.ts'

export interface Guard {
  readonly id: GuardId
  readonly title: string
  /** What it protects from. */
  readonly protects: string
  /** Who may override it, in words; each result has it for its own case. */
  readonly overrides: string
  readonly check: (ground: GuardContext) => GuardResult
}

const WITH_REASON = 'by a person, with a reason'

export const GUARDS: readonly Guard[] = [
  {
    id: 'G1',
    title: 'Admin role',
    protects: 'help desks being talked into resetting the factors of privileged users',
    overrides: 'never',
    check: adminRole
  },
  {
    id: 'G2',
    title: 'User risk',
    protects: 'helping somebody whom Okta already suspects',
    overrides: 'HIGH never; otherwise by a person, with a reason',
    check: userRisk
  },
  {
    id: 'G3',
    title: 'Suspicious activity reported',
    protects: 'acting against a user who has reported an attack',
    overrides: WITH_REASON,
    check: suspiciousReport
  },
  {
    id: 'G4_event',
    title: 'Anonymiser or threat in the event',
    protects: 'serving an attempt that hides where it comes from',
    overrides: WITH_REASON,
    check: anonymousEvent
  },
  {
    id: 'G4_log',
    title: 'Anonymiser or threat in the System Log',
    protects: 'serving a user around whom Okta has seen a threat',
    overrides: WITH_REASON,
    check: anonymousLog
  },
  {
    id: 'G5',
    title: 'New country, device or velocity',
    protects: 'an attacker enrolling from a place the user never was',
    overrides: WITH_REASON,
    check: unusualPlace
  },
  {
    id: 'G6',
    title: 'Credentials changed lately',
    protects: 'finishing an account takeover that began with a reset',
    overrides: WITH_REASON,
    check: credentialChange
  },
  {
    id: 'G7',
    title: 'Signs of an attack',
    protects: 'leaked passwords, failed identity checks and push bombing',
    overrides: WITH_REASON,
    check: attackSigns
  },
  {
    id: 'G8',
    title: 'Storm',
    protects: 'an outage or a campaign turning into many writes',
    overrides: WITH_REASON,
    check: storm
  },
  {
    id: 'G9',
    title: 'Blocked by somebody',
    protects: 'lifting what a person or an unlisted automation blocked on purpose',
    overrides: WITH_REASON,
    check: blockedByUnknown
  },
  {
    id: 'G10',
    title: 'Account on the move',
    protects: 'acting for leavers, returners and accounts in transition',
    overrides: WITH_REASON,
    check: statusMoves
  },
  {
    id: 'G11',
    title: 'Unfit device',
    protects: 'shared, modified or unmanaged devices getting credentials',
    overrides: WITH_REASON,
    check: unfitDevice
  },
  {
    id: 'G12',
    title: 'Protected person',
    protects: 'writes to people and groups the policy protects',
    overrides: WITH_REASON,
    check: protectedPerson
  },
  {
    id: 'G13',
    title: 'Event not trusted',
    protects: 'acting on previews, reports, old, uncertain or second-hand events',
    overrides: 'age alone needs none from a person; otherwise by a person, with a reason',
    check: untrustedEvent
  },
  {
    id: 'G14',
    title: 'Write caps',
    protects: 'writing again and again for the same user or for everybody',
    overrides: 'caps by a person, with a reason; never an unsettled write, or a third in one case',
    check: writeCaps
  },
  {
    id: 'G15',
    title: 'Evidence missing',
    protects: 'deciding on half of the picture',
    overrides: 'never',
    check: missingEvidence
  },
  {
    id: 'G16',
    title: 'Changed between reading and writing',
    protects: 'writing on what is no longer true',
    overrides: 'nobody needs to: it is read and decided again right before the write',
    check: changedMeanwhile
  }
]

/** A guard's result with its id. */
export interface GuardFinding extends GuardResult {
  readonly id: GuardId
}

/** Checks every guard, in table order. */
export function checkGuards(input: DecideInput, facts: Facts): readonly GuardFinding[] {
  const ground: GuardContext = { input, facts, entries: entriesOf(input) }
  return GUARDS.map(({ id, check }) => ({ id, ...check(ground) }))
}
