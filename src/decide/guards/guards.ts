/** The guards as a table: what each protects from, who may override it, and its check (facts §6.1). Pure. */
import type { DecideInput } from '../../domain/decision.ts'
import type { GuardId, RepairKind } from '../../domain/vocabulary.ts'
import { entriesOf } from '../entries.ts'
import type { Facts } from '../facts.ts'
import { blockedByUnknown, deviceInUse, unfitDevice } from './block.ts'
import { anonymousEvent, anonymousLog, attackSigns, unusualPlace } from './context.ts'
import { credentialChange } from './credentials.ts'
import type { GuardContext, GuardFinding, GuardResult } from './guard-result.ts'
import { changedMeanwhile, missingEvidence, storm, untrustedEvent, writeCaps } from './pace.ts'
import { adminRole, protectedPerson, statusMoves, suspiciousReport, userRisk } from './person.ts'

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
    protects: 'changes for privileged users, which attackers request from help desks',
    overrides: 'never',
    check: adminRole
  },
  {
    id: 'G2',
    title: 'User risk',
    protects: 'helping a user whom Okta rates as risky',
    overrides: 'HIGH never; otherwise by a person, with a reason',
    check: userRisk
  },
  {
    id: 'G3',
    title: 'Suspicious activity reported',
    protects: 'acting while the user reports an attack',
    overrides: WITH_REASON,
    check: suspiciousReport
  },
  {
    id: 'G4_event',
    title: 'Anonymizer or threat in the event',
    protects: 'attempts that hide their origin',
    overrides: WITH_REASON,
    check: anonymousEvent
  },
  {
    id: 'G4_log',
    title: 'Anonymizer or threat in the System Log',
    protects: 'repairs while Okta logs a threat for the user',
    overrides: WITH_REASON,
    check: anonymousLog
  },
  {
    id: 'G5',
    title: 'Unusual country, device or velocity',
    protects: 'enrollment by an attacker from an unusual place',
    overrides: WITH_REASON,
    check: unusualPlace
  },
  {
    id: 'G6',
    title: 'Recent credential change',
    protects: 'completing an account takeover that began with a reset',
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
    title: 'Many users failing at once',
    protects: 'many writes because of one outage or campaign',
    overrides: WITH_REASON,
    check: storm
  },
  {
    id: 'G9',
    title: 'Blocked by an untrusted actor',
    protects:
      'lifting a block that no trusted actor set: a person’s, an unknown automation’s, or a lock after an attack',
    overrides: WITH_REASON,
    check: blockedByUnknown
  },
  {
    id: 'G10',
    title: 'Account recently deactivated or reactivated',
    protects: 'changing accounts of people who are leaving or returning',
    overrides: WITH_REASON,
    check: statusMoves
  },
  {
    id: 'G11',
    title: 'Unsuitable device',
    protects: 'credentials on shared, modified or unmanaged devices',
    overrides: WITH_REASON,
    check: unfitDevice
  },
  {
    id: 'G12',
    title: 'Protected person',
    protects: 'writes to people and groups that the policy protects',
    overrides: WITH_REASON,
    check: protectedPerson
  },
  {
    id: 'G13',
    title: 'Event not trusted',
    protects:
      'acting on previews, reports, old, uncertain or unproved events, and events that name another person than Okta does',
    overrides: 'not needed for age alone; otherwise by a person, with a reason',
    check: untrustedEvent
  },
  {
    id: 'G14',
    title: 'Write limits',
    protects: 'repeated writes for one user, or too many for all users',
    overrides: 'limits by a person, with a reason; never an unsettled write or a third write in one case',
    check: writeCaps
  },
  {
    id: 'G15',
    title: 'Evidence missing',
    protects: 'deciding on incomplete evidence',
    overrides: 'never',
    check: missingEvidence
  },
  {
    id: 'G16',
    title: 'Changed since it was read',
    protects: 'writing on facts that are no longer true',
    overrides: 'not needed: right before the write, what it changes is read and decided on again',
    check: changedMeanwhile
  },
  {
    id: 'G17',
    title: 'Device in use',
    protects: 'removing Okta Verify from devices on which it works',
    overrides: WITH_REASON,
    check: deviceInUse
  }
]

const TITLES: ReadonlyMap<string, string> = new Map(GUARDS.map(({ id, title }) => [id, title]))

/** `Admin role`, for `G1`. */
export function guardTitle(id: GuardId): string {
  return TITLES.get(id) ?? id
}

/** The findings for one kind of repair: ordinary signals stop no harmless one (facts §6.1a). */
export function findingsFor(kind: RepairKind, findings: readonly GuardFinding[]): readonly GuardFinding[] {
  return kind === 'lowering' ? findings : findings.map((found) => ({ ...found, ...found.harmless }))
}

/** Checks every guard, in table order; strictly, as for a write that lowers protection. */
export function checkGuards(input: DecideInput, facts: Facts): readonly GuardFinding[] {
  const ground: GuardContext = { input, facts, entries: entriesOf(input) }
  return GUARDS.map(({ id, check }) => ({ id, ...check(ground) }))
}
