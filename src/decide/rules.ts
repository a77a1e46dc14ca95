/**
 * The decision table: the first rule whose conditions are all met applies (facts §6.2, DESIGN §3). Modes are defaults: the
 * policy file and run-time controls change them. Guards and brakes apply to every write.
 */
import type { CauseThresholds, RuleVerdict } from '../domain/decision.ts'
import type { CauseId, Mode, RemediationId } from '../domain/vocabulary.ts'
import { hold, type RuleFacts, type When } from './conditions.ts'

/* Types of a row of the decision table. */

/** Who gets the ticket. */
export const QUEUES = ['service_desk', 'identity_team', 'security', 'onboarding'] as const
export type Queue = (typeof QUEUES)[number]

/** The outcome of a matching rule. Not called `then`: JavaScript would treat the object as a promise. */
export type RuleOutcome =
  | { readonly do: 'ignore' }
  | { readonly do: 'ticket'; readonly queue: Queue }
  /** `queue` is for the ticket of a proposal or of a stopped write. */
  | { readonly do: 'remediate'; readonly with: RemediationId; readonly queue: Queue }

export interface Rule {
  readonly id: string
  readonly when: When
  readonly outcome: RuleOutcome
  /** Why this is right, for the ticket. */
  readonly because: string
  readonly mode: Mode
  /** The user can take these steps alone, so they may go to the user first (`guide` in the policy). */
  readonly guides?: true
  /** Highest mode that the policy file or a run-time control may set. */
  readonly highest?: Mode
  /** Sections of the Okta facts or the design. */
  readonly facts: string
}

/* Rows of the decision table about the account (facts §5, §6.2 C1-C7). */

/** Owners of credentials that Okta cannot change (facts §3.1). */
const ELSEWHERE = ['ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL'] as const

const ACCOUNT_RULES = [
  {
    id: 'account_deactivated',
    when: { cause: ['account_deactivated'] },
    outcome: { do: 'ticket', queue: 'security' },
    because: 'An enrollment for a deactivated account may be an attempt by a person who has left.',
    mode: 'auto',
    facts: 'C6'
  },
  {
    id: 'suspended_by_allowed_actor',
    when: { cause: ['account_suspended'], suspenderTrusted: [true], suspendedForMs: { atMost: 'suspendedMaxAgeMs' } },
    outcome: { do: 'remediate', with: 'unsuspend_user', queue: 'identity_team' },
    because: 'An automation that the policy trusts suspended the account recently.',
    mode: 'auto',
    facts: 'C1, G9'
  },
  {
    id: 'suspended',
    when: { cause: ['account_suspended'] },
    outcome: { do: 'remediate', with: 'unsuspend_user', queue: 'identity_team' },
    because: 'The account was suspended on purpose. A person decides whether the reason still applies.',
    mode: 'propose',
    facts: 'C1'
  },
  {
    id: 'locked_out',
    when: { cause: ['account_locked_out'], provider: ['OKTA'] },
    outcome: { do: 'remediate', with: 'unlock_user', queue: 'service_desk' },
    because: 'The account is locked and Okta owns its credentials. Attacks lock accounts too, so a person decides.',
    mode: 'propose',
    facts: 'C2'
  },
  {
    id: 'locked_out_elsewhere',
    when: { cause: ['account_locked_out'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'Okta can only unlock accounts whose credentials it owns. This account is unlocked in its directory.',
    mode: 'auto',
    facts: 'C2, §3.2'
  },
  {
    id: 'activation_pending',
    when: {
      cause: ['activation_pending'],
      everUsed: [false],
      createdAgoMs: { atMost: 'activationMaxAgeMs' },
      provider: ['OKTA']
    },
    outcome: { do: 'remediate', with: 'resend_activation', queue: 'service_desk' },
    because: 'A new account waits for its first activation. The mail goes to the address on file.',
    mode: 'auto',
    facts: 'C3'
  },
  {
    id: 'activation_elsewhere',
    when: { cause: ['activation_pending'], provider: ELSEWHERE },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because:
      'Okta does not own the credentials, so an activation mail does not help. The account is checked at its source.',
    mode: 'auto',
    guides: true,
    facts: 'C3'
  },
  {
    id: 'activation_not_new',
    when: { cause: ['activation_pending'] },
    outcome: { do: 'ticket', queue: 'onboarding' },
    because: 'The account waits for activation but is not new. Onboarding checks why.',
    mode: 'auto',
    facts: 'C3'
  },
  {
    id: 'account_staged',
    when: { cause: ['account_staged'] },
    outcome: { do: 'ticket', queue: 'onboarding' },
    because: 'Onboarding starts activations. The start date may be in the future.',
    mode: 'auto',
    facts: 'C5'
  },
  {
    id: 'account_recovery',
    when: { cause: ['account_recovery'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'The user must finish the password reset. Takeovers often begin with a reset, so nothing is written.',
    mode: 'auto',
    guides: true,
    facts: 'C4'
  },
  {
    id: 'password_expired_elsewhere',
    when: { cause: ['password_expired'], provider: ELSEWHERE },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Okta does not own the password. The user changes it at its source; no write helps.',
    mode: 'auto',
    guides: true,
    facts: 'C4'
  },
  {
    id: 'password_expired',
    when: { cause: ['password_expired'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'The user must change the password at the next sign-in. No write helps.',
    mode: 'auto',
    guides: true,
    facts: 'C4'
  },
  {
    id: 'sign_in_blocked',
    when: { cause: ['sign_in_blocked'], provider: ['OKTA'], unknownDevicesBlocked: [true] },
    outcome: { do: 'remediate', with: 'unlock_user', queue: 'service_desk' },
    because: 'Unlocking lifts the block on unknown devices. Failed sign-ins caused it, so a person decides.',
    mode: 'propose',
    facts: 'C7'
  },
  {
    id: 'sign_in_blocked_otherwise',
    when: { cause: ['sign_in_blocked'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'Unlocking only lifts a block on unknown devices, and only where Okta owns the credentials.',
    mode: 'auto',
    facts: 'C7, §3.2'
  }
] as const satisfies readonly Rule[]

/* Rows of the decision table about the phone and its enrollment (facts §6.2 C8-C15). */

const DEVICE_RULES = [
  {
    id: 'device_suspended',
    when: { cause: ['device_suspended'], deviceExact: [true] },
    outcome: { do: 'remediate', with: 'unsuspend_device', queue: 'identity_team' },
    because:
      'The user cannot lift the suspension by enrolling again. A person decides whether its reason still applies.',
    mode: 'propose',
    facts: 'C8'
  },
  {
    id: 'device_suspended_by_model',
    when: { cause: ['device_suspended'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because:
      'A suspended device has the same model as the failing one. Many devices share a model, so a person checks.',
    mode: 'auto',
    facts: 'C8'
  },
  {
    id: 'device_deactivated',
    when: { cause: ['device_deactivated'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'A deactivated device may be lost. An admin activates and deletes its record; then the user enrolls.',
    mode: 'auto',
    facts: 'C9'
  },
  {
    id: 'device_jailbroken',
    when: { cause: ['device_jailbroken'] },
    outcome: { do: 'ticket', queue: 'security' },
    because:
      'Okta Verify does not support modified operating systems. Nothing can be repaired, and security is informed.',
    mode: 'auto',
    facts: 'C12'
  },
  {
    id: 'policy_denied',
    when: { cause: ['policy_denied'] },
    outcome: { do: 'ticket', queue: 'identity_team' },
    because: 'A policy refused the enrollment. The policy’s owners decide whether it should.',
    mode: 'auto',
    facts: 'C14'
  },
  {
    id: 'enrollment_orphaned',
    when: { cause: ['enrollment_orphaned'] },
    outcome: { do: 'remediate', with: 'remove_orphaned_enrollment', queue: 'service_desk' },
    because:
      'No Okta Verify enrollment of the user can be used. Removing them takes nothing away and allows a new one.',
    mode: 'auto',
    facts: 'C10'
  },
  {
    id: 'device_replaced_by_signed_in_user',
    when: { cause: ['device_replaced'], otherStrongFactor: [true], signedInStrongly: [true] },
    outcome: { do: 'remediate', with: 'remove_replaced_enrollment', queue: 'service_desk' },
    because:
      'The user just signed in with another phishing-resistant factor and asks for it. The policy may make it automatic.',
    mode: 'propose',
    facts: 'C11, §11'
  },
  {
    id: 'device_replaced',
    when: { cause: ['device_replaced'], otherStrongFactor: [true] },
    outcome: { do: 'remediate', with: 'remove_replaced_enrollment', queue: 'service_desk' },
    because: 'The old phone is still enrolled and the user has another strong factor. A person checks the identity.',
    mode: 'propose',
    guides: true,
    // Removing an active enrollment is what attackers ask for, so it is never automatic (facts §0.5).
    highest: 'propose',
    facts: 'C11'
  },
  {
    id: 'device_replaced_only_factor',
    when: { cause: ['device_replaced'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Removing the last strong factor would make the next enrollment easier for an attacker.',
    mode: 'auto',
    facts: 'C11, §0.5'
  },
  {
    id: 'iphone15_ios17',
    when: { cause: ['iphone15_ios17'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'iPhone 15 on iOS 17 has a known problem: update iOS and Okta Verify, then enroll again.',
    mode: 'auto',
    guides: true,
    facts: 'C13'
  },
  {
    id: 'app_state_stale',
    when: { cause: ['app_state_stale'] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Only the user can clear the account history of the app. Nothing in Okta blocks the enrollment.',
    mode: 'auto',
    guides: true,
    facts: 'C15'
  }
] as const satisfies readonly Rule[]

/** After a repair, the cause stays until somebody tries again. */
export const NO_NEW_ATTEMPT = 'repaired_no_new_attempt'

/** Rules that apply before any cause matters. */
const SETTLED_RULES = [
  {
    id: 'no_subject',
    when: { subjectKnown: [false] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'No event names the user by id, so no account can be changed.',
    mode: 'auto',
    facts: '§2.4 item 6'
  },
  {
    id: 'already_recovered',
    when: { recoveredSince: [true] },
    outcome: { do: 'ignore' },
    because: 'The user has enrolled Okta Verify since the newest failure.',
    mode: 'auto',
    facts: 'DESIGN §5'
  },
  {
    id: NO_NEW_ATTEMPT,
    when: { repairedWithoutAttempt: [true] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'A repair was made and nobody has tried to enroll since. A new cause needs a new failure.',
    mode: 'auto',
    facts: 'DESIGN §5'
  },
  {
    id: 'status_unread',
    when: { statusKnown: [false] },
    outcome: { do: 'ticket', queue: 'service_desk' },
    because: 'Causes cannot be distinguished without the status of the account.',
    mode: 'auto',
    facts: 'G15'
  }
] as const satisfies readonly Rule[]

/** The last rule has no condition, so there is always a verdict. */
const OTHERWISE = {
  id: 'otherwise',
  when: {},
  outcome: { do: 'ticket', queue: 'service_desk' },
  because: 'The evidence does not explain the failure: clear the account history in the app, then collect its log.',
  mode: 'auto',
  guides: true,
  facts: 'C15'
} as const satisfies Rule

const CONDITIONAL_RULES: readonly Rule[] = [...SETTLED_RULES, ...ACCOUNT_RULES, ...DEVICE_RULES]

/** The whole table, in order. */
export const RULES: readonly Rule[] = [...CONDITIONAL_RULES, OTHERWISE]

/** Causes whose steps may go to the user first. */
export const GUIDABLE: readonly CauseId[] = RULES.filter(({ guides }) => guides).flatMap(
  ({ when }) => when.cause ?? ['unknown' as const]
)

/** The queue for a ticket of this rule; the service desk for a rule that is no longer in the table. */
export function queueOf(ruleId: string): Queue {
  const outcome = RULES.find(({ id }) => id === ruleId)?.outcome
  return outcome && 'queue' in outcome ? outcome.queue : 'service_desk'
}

/** The matching rule, and every rule checked up to it, with its reason. */
export function selectRule(
  facts: RuleFacts,
  thresholds: CauseThresholds
): { readonly rule: Rule; readonly rows: readonly RuleVerdict[] } {
  const rows: RuleVerdict[] = []
  for (const rule of CONDITIONAL_RULES) {
    const row = { rule: rule.id, ...hold(rule.when, facts, thresholds) }
    rows.push(row)
    if (row.matched) return { rule, rows }
  }
  rows.push({ rule: OTHERWISE.id, matched: true, because: 'no rule above matched' })
  return { rule: OTHERWISE, rows }
}
