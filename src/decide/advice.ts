/**
 * What a person should do about a case now, who looks first, and what must not be done: from the cause and the guards
 * together. The ticket, the case page, the mail and the CLI show the same advice. A repair that a guard withholds is never
 * advised: it is in `onceCleared`, to be shown folded. Pure.
 */
import { type Case, isOpen } from '../domain/case.ts'
import { known } from '../domain/evidence.ts'
import type { Need } from '../domain/store.ts'
import { showInstant } from '../domain/time.ts'
import type { Answer, CauseId, GuardId, GuardVerdict, SeenError } from '../domain/vocabulary.ts'
import { BINDINGS } from './bindings.ts'
import { repairWithoutAttempt } from './facts.ts'
import { guardTitle } from './guards/guards.ts'
import { isFailedDevice } from './recovery.ts'
import { type Queue, queueOf } from './rules.ts'

export type AdviceKind =
  | 'nothing' // the case has ended
  | 'wait' // Reenroll is working, or a storm is not over yet
  | 'security_first' // signs of an attack: change nothing, send nothing
  | 'check_first' // a guard withholds the repair; a person clears it first
  | 'approve' // a proposal waits for a decision
  | 'ask_to_retry' // repaired, and no new attempt since
  | 'repair_by_hand' // a person makes the change
  | 'send_steps' // the user follows the steps

export interface Advice {
  readonly kind: AdviceKind
  /** The team that looks first. */
  readonly queue: Queue
  /** What matters most, in one sentence: the head of the ticket and of the page. */
  readonly headline: string
  /** What to do now, in order. */
  readonly now: readonly string[]
  /** What not to do, with the reason; empty when nothing is withheld. */
  readonly not: readonly string[]
  /** The repair by hand, for when a person has cleared `withheldBy`; empty when nothing is withheld. */
  readonly onceCleared: readonly string[]
  /** The guards that withhold the repair. */
  readonly withheldBy: readonly WithheldBy[]
  /** Whether the steps for the user may be sent. */
  readonly sendSteps: 'now' | 'once_cleared' | 'never'
  /** Devices on which Okta Verify still works and stays: none when its removal is proposed. The steps must not touch them. */
  readonly stillWorks: readonly string[]
}

export interface WithheldBy extends GuardVerdict {
  /** The guard's name for people. */
  readonly title: string
}

/* What each cause is called, and what a person does about it. */

export interface CauseAdvice {
  /** Short, for titles: "account suspended". */
  readonly label: string
  /** What a person does, when no guard withholds it. */
  readonly todo: string
  /** `changes`: `todo` changes the account or a device in Okta, so guards withhold it. */
  readonly by: 'changes' | 'steps' | 'asking'
}

/** What a person does about each cause (facts §6.2). */
export const CAUSE_ADVICE: Readonly<Record<CauseId, CauseAdvice>> = {
  account_suspended: {
    label: 'account suspended',
    todo: 'Ask the person who suspended the account for the reason. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.',
    by: 'changes'
  },
  account_locked_out: {
    label: 'account locked out',
    todo: 'Ask the user whether the failed sign-ins were theirs. If so, wait until the lock ends or unlock the account; if not, hand the ticket to Security.',
    by: 'changes'
  },
  activation_pending: {
    label: 'activation pending',
    todo: 'Check that the address on file is right, then resend the activation mail from the user’s page.',
    by: 'changes'
  },
  account_staged: {
    label: 'account not started',
    todo: 'The activation has not been started. Check the start date with HR before anybody activates the account.',
    by: 'asking'
  },
  account_recovery: {
    label: 'password reset unfinished',
    todo: 'Ask the user whether they requested the reset. If so, have them finish it; if not, hand the ticket to Security.',
    by: 'asking'
  },
  password_expired: {
    label: 'password expired',
    todo: 'Have the user sign in with a browser and change the password. Nothing needs to be changed in Okta.',
    by: 'steps'
  },
  account_deactivated: {
    label: 'account deactivated',
    todo: 'Find out who tried to enroll for an account that is deactivated or deleted. Do not activate it before Identity and HR agree.',
    by: 'asking'
  },
  sign_in_blocked: {
    label: 'sign-in blocked from unknown devices',
    todo: 'Ask the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.',
    by: 'changes'
  },
  device_suspended: {
    label: 'device suspended',
    todo: 'Ask why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.',
    by: 'changes'
  },
  device_deactivated: {
    label: 'device deactivated',
    todo: 'Make sure that the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user enroll again.',
    by: 'changes'
  },
  enrollment_orphaned: {
    label: 'unfinished enrollment blocks a new one',
    todo: 'Remove the Okta Verify enrollment on the user’s page, then send the steps. Check first that no Okta Verify method is active: all of them are removed.',
    by: 'changes'
  },
  device_replaced: {
    label: 'new or restored device',
    todo: 'Verify the person’s identity. A user with another strong method can remove the old enrollment; otherwise remove it for them. This removes all Okta Verify methods on all devices.',
    by: 'changes'
  },
  device_jailbroken: {
    label: 'jailbroken or rooted device',
    todo: 'Tell the user that the device is not supported, and let Security decide about its access. Nothing can be repaired.',
    by: 'asking'
  },
  iphone15_ios17: {
    label: 'iPhone 15 on iOS 17',
    todo: 'Send the steps. Okta’s article calls this a known issue and gives no fix; if the steps fail, open a case with Okta Support.',
    by: 'steps'
  },
  policy_denied: {
    label: 'refused by policy',
    todo: 'Find the policy rule that refused the enrollment (Okta account management policy, sign-on or device assurance), and decide whether it should apply to this user and device.',
    by: 'asking'
  },
  app_state_stale: {
    label: 'stale app data',
    todo: 'Send the steps. Okta does not show whether a backup was restored to the phone, so ask the user.',
    by: 'steps'
  },
  unknown: {
    label: 'cause not known',
    todo: 'Send the steps. If they fail, collect the Okta Verify log and open a case with Okta Support.',
    by: 'steps'
  }
}

/** What a user's answer says, for people. */
export const ANSWER_WORDS: Readonly<Record<Answer, string>> = {
  works: 'The user answered: that was me, it works now.',
  fails: 'The user answered: it still fails.',
  not_me: 'The user answered: this was not me.'
}

/** The words of an error that the user chose. */
export const SEEN_WORDS: Readonly<Record<SeenError, string>> = {
  invalid_token: '“Operation Failed”, “invalidToken”',
  qr_code: 'the QR code is not accepted',
  not_allowed: 'the company does not allow it',
  something_else: 'something else'
}

/** Who owns the credentials, when it is not Okta: these are changed at their source. */
const SOURCES = {
  ACTIVE_DIRECTORY: 'active_directory',
  LDAP: 'ldap',
  FEDERATION: 'identity_provider',
  SOCIAL: 'identity_provider'
} as const

export type CredentialSource = (typeof SOURCES)[keyof typeof SOURCES]

const SOURCE_WORDS: Readonly<Record<CredentialSource, string>> = {
  active_directory: 'Active Directory',
  ldap: 'the LDAP directory',
  identity_provider: 'the external identity provider'
}

/** The source of the user's credentials; null when Okta owns them or it is not known. */
export function credentialSource(provider: string | null | undefined): CredentialSource | null {
  const known = Object.entries(SOURCES).find(([name]) => name === provider)
  return known ? known[1] : null
}

function adviceFor(cause: CauseId, provider: string | null | undefined): CauseAdvice {
  const advice = CAUSE_ADVICE[cause]
  const owner = credentialSource(provider)
  if (owner === null) return advice
  const source = SOURCE_WORDS[owner]
  switch (cause) {
    case 'password_expired':
      return { ...advice, todo: `The password is kept in ${source}: have the user change it there, then enroll again.` }
    case 'activation_pending':
      return {
        ...advice,
        todo: `The credentials are kept in ${source}, so an activation mail does not help. Check the account and its assignment there.`,
        by: 'asking'
      }
    case 'account_locked_out':
    case 'sign_in_blocked':
      return {
        ...advice,
        todo: `Ask the user whether the failed sign-ins were theirs. If so, unlock the account in ${source}; if not, hand the ticket to Security.`
      }
    case 'account_recovery':
      return { ...advice, todo: `Ask the user whether they requested the reset. The password is kept in ${source}.` }
    default:
      return advice
  }
}

/* What each guard asks of a person. */

interface GuardAdvice {
  /** `security`: nothing is changed or sent before Security has cleared it. `wait`: it ends on its own. */
  readonly kind: 'security' | 'check' | 'wait'
  readonly queue?: Queue
  readonly todo: string
}

const GUARD_ADVICE: Readonly<Record<GuardId, GuardAdvice>> = {
  G1: {
    kind: 'check',
    queue: 'identity_team',
    todo: 'The user has or recently got admin rights. Verify the person by your process for admins; only the Identity team changes such accounts.'
  },
  G2: { kind: 'security', todo: 'Ask Security about the user’s risk.' },
  G3: { kind: 'security', todo: 'Ask Security about the suspicious activity that the user reported.' },
  G4_event: { kind: 'security', todo: 'Ask Security about the hidden origin of the attempt.' },
  G4_log: { kind: 'security', todo: 'Ask Security about the threat that Okta logged for the user.' },
  G5: {
    kind: 'security',
    todo: 'Ask the user, by a channel you know to be theirs, whether the attempt from the unusual place or device was theirs.'
  },
  G6: {
    kind: 'check',
    todo: 'Ask the user, by a channel you know to be theirs, whether the recent credential change was theirs. If not, hand the ticket to Security.'
  },
  G7: { kind: 'security', todo: 'Ask Security about the signs of an attack on this account.' },
  G8: {
    kind: 'wait',
    queue: 'identity_team',
    todo: 'Many users fail at once. Look for one cause; the case is decided again when that is over.'
  },
  G9: {
    kind: 'check',
    queue: 'identity_team',
    todo: 'Ask the person who set the block whether its reason still applies; if Okta did, ask the user about the failed sign-ins.'
  },
  G10: { kind: 'check', queue: 'identity_team', todo: 'Ask HR whether the person is leaving or returning.' },
  G11: {
    kind: 'check',
    queue: 'identity_team',
    todo: 'Check whose device it is and whether your company supports it.'
  },
  G12: {
    kind: 'check',
    queue: 'identity_team',
    todo: 'The policy protects this person. Follow your process for protected people.'
  },
  G13: { kind: 'check', todo: 'Verify the person, and that they tried to enroll: the event does not prove it.' },
  G14: {
    kind: 'check',
    todo: 'A limit on writes is reached or an earlier write is not settled. Check in Okta what was written.'
  },
  G15: { kind: 'check', todo: 'Look up in the Admin Console what could not be read.' },
  G16: { kind: 'check', todo: 'Read the case again before you change anything.' },
  G17: {
    kind: 'check',
    todo: 'Ask the user whether Okta Verify may be removed from the devices in use, and how they sign in meanwhile.'
  }
}

/** Causes that Security handles, whatever the guards found (facts §6.2 C6, C12). */
const SECURITY_CAUSES: readonly CauseId[] = ['account_deactivated', 'device_jailbroken']

/** The advice for a case as it is now. */
export function advice(c: Case): Advice {
  const cause = c.cause?.id ?? 'unknown'
  const queue = c.decision ? queueOf(c.decision.rule) : 'service_desk'
  const stillWorks = c.proposal?.remediation.startsWith('remove_') ? [] : devicesThatWork(c)
  const base = { queue, now: [], not: [], onceCleared: [], withheldBy: [], stillWorks } as const
  const ended = !isOpen(c)
  if (ended && !c.securityAlert) {
    const headline =
      c.state === 'resolved'
        ? 'Nothing to do: the user is enrolled in Okta Verify.'
        : 'Nothing to do: the case is closed.'
    return { ...base, kind: 'nothing', headline, sendSteps: 'never' }
  }
  if (c.securityAlert) return takeover(c.securityAlert, base)
  if (c.storm) return storm(base)
  const { todo, by } = adviceFor(cause, known(c.evidence?.user ?? UNREAD)?.provider)
  const withheldBy = withholding(c, by)
  const attack = withheldBy.filter(({ id, state }) => GUARD_ADVICE[id].kind === 'security' && state === 'tripped')
  const repair = c.proposal ? [approvalOf(c.proposal)] : [todo]
  if (attack.length > 0) return securityFirst(base, attack, withheldBy, repair)
  if (c.state === 'acting')
    return { ...base, kind: 'wait', headline: 'Nothing to do yet: a write in Okta is in progress.', sendSteps: 'never' }
  if (c.state === 'with_user') return { ...base, kind: 'wait', headline: guided(c), sendSteps: 'never' }
  if (c.state === 'watching') return { ...base, kind: 'wait', headline: watching(c), sendSteps: 'now' }
  if (c.proposal) return approval(base, c.proposal, withheldBy, c.decision?.takesAlong ?? [])
  if (c.parentId && !c.releasedAt) return stormMember(base)
  const repaired = repairedWithoutAttempt(c)
  if (repaired)
    return { ...base, kind: 'ask_to_retry', headline: repaired, now: ['Ask the user to try again.'], sendSteps: 'now' }
  if (withheldBy.length > 0) return checkFirst(base, withheldBy, repair)
  if (SECURITY_CAUSES.includes(cause)) {
    return {
      ...base,
      kind: 'security_first',
      queue: 'security',
      headline: todo,
      now: [todo],
      sendSteps: cause === 'account_deactivated' ? 'never' : 'once_cleared'
    }
  }
  const kind = by === 'changes' ? 'repair_by_hand' : 'send_steps'
  return { ...base, kind, headline: todo, now: [todo], sendSteps: 'now' }
}

/** What a person must do before anything else, by the advice. */
export function needOf(c: Case): Need {
  if (!isOpen(c) || c.storm) return 'other'
  if (c.securityAlert) return 'security'
  if (c.state !== 'with_person' && c.state !== 'awaiting_approval') return 'other'
  const { kind } = advice(c)
  if (kind === 'security_first') return 'security'
  const isSteps = c.state === 'with_person' && (kind === 'send_steps' || kind === 'ask_to_retry')
  return isSteps ? 'steps' : 'other'
}

type Base = Pick<Advice, 'queue' | 'now' | 'not' | 'onceCleared' | 'withheldBy' | 'stillWorks'>

const UNREAD = { state: 'unknown', at: '', because: '', retryable: false } as const

/**
 * The guards that withhold what a person would do by hand. For a write that was considered, those that stopped it. For other
 * changes, every tripped guard. Steps and questions are withheld by signs of an attack only.
 */
function withholding(c: Case, by: CauseAdvice['by']): readonly WithheldBy[] {
  const byRule = c.decision?.remediation ? c.decision.stoppedBy : []
  const stopped = new Set([...byRule, ...(c.proposal?.overridesNeeded ?? [])])
  const withholds = ({ id, state }: GuardVerdict): boolean => {
    if (state === 'clear') return false
    if (stopped.has(id)) return true
    if (GUARD_ADVICE[id].kind === 'security') return state === 'tripped'
    return by === 'changes' && !c.decision?.remediation && state === 'tripped'
  }
  return c.guards.filter(withholds).map((guard) => ({ ...guard, title: guardTitle(guard.id) }))
}

function takeover(alert: string, base: Base): Advice {
  return {
    ...base,
    kind: 'security_first',
    queue: 'security',
    headline: `Possible takeover: ${alert}.`,
    now: [
      'Reach the user by a channel you know to be theirs.',
      'End the sessions of the account, which also revokes its tokens: on its page in the Admin Console, More Actions, Clear user sessions. If in doubt, suspend it.'
    ],
    not: ['Change no sign-in method and send no steps before Security has cleared the user.'],
    sendSteps: 'once_cleared'
  }
}

function storm(base: Base): Advice {
  return {
    ...base,
    kind: 'wait',
    queue: 'identity_team',
    headline: 'Many users fail at once. Look for one cause; nothing is written automatically until it is over.',
    now: [
      'Check Okta’s status page, changed policies, and apps or networks that were rolled out.',
      'If the attempts come from one address or network that is not yours, hand the ticket to Security.'
    ],
    sendSteps: 'never'
  }
}

/** One of the many users who fail at once; the storm's case has the ticket and the message to all. */
function stormMember(base: Base): Advice {
  return {
    ...base,
    kind: 'wait',
    queue: 'identity_team',
    headline: 'Part of a storm: many users fail at once. The case is decided again when it is over.',
    now: ['Look for the one cause in the case of the storm, and tell the user what its message says.'],
    not: ['Send no steps: they do not help while the cause lasts.'],
    sendSteps: 'never'
  }
}

function securityFirst(
  base: Base,
  attack: readonly WithheldBy[],
  withheldBy: readonly WithheldBy[],
  repair: readonly string[]
): Advice {
  return {
    ...base,
    kind: 'security_first',
    queue: 'security',
    headline: `Security first: ${attack.map(({ because }) => because).join(' ')} Change nothing.`,
    now: todosOf(withheldBy),
    not: ['Change nothing in Okta and send no steps before Security has cleared the user.'],
    onceCleared: repair,
    withheldBy,
    sendSteps: 'once_cleared'
  }
}

function checkFirst(base: Base, withheldBy: readonly WithheldBy[], repair: readonly string[]): Advice {
  const waits = withheldBy.every(({ id }) => GUARD_ADVICE[id].kind === 'wait')
  const queue = withheldBy.map(({ id }) => GUARD_ADVICE[id].queue).find((queue) => queue !== undefined) ?? base.queue
  const titles = withheldBy.map(({ title }) => title).join(', ')
  return {
    ...base,
    kind: waits ? 'wait' : 'check_first',
    queue,
    headline: `Check first: ${titles}. Reenroll has withheld the repair.`,
    now: todosOf(withheldBy),
    not: ['Do not make the repair by hand before this is cleared.'],
    onceCleared: repair,
    withheldBy,
    sendSteps: 'once_cleared'
  }
}

function approval(
  base: Base,
  proposal: NonNullable<Case['proposal']>,
  withheldBy: readonly WithheldBy[],
  takesAlong: readonly string[]
): Advice {
  const not =
    withheldBy.length > 0
      ? ['Do not make the repair by hand: approve it with a reason for each guard, or reject it.']
      : []
  const removes = takesAlong.length > 0 ? [`It removes Okta Verify from: ${takesAlong.join('; ')}.`] : []
  const now = [...todosOf(withheldBy), ...removes, approvalOf(proposal)]
  return { ...base, kind: 'approve', headline: approvalOf(proposal), now, not, withheldBy, sendSteps: 'once_cleared' }
}

function approvalOf({
  remediation,
  expiresAt,
  overridesNeeded,
  approvalsNeeded
}: NonNullable<Case['proposal']>): string {
  const reasons = overridesNeeded.map((id) => guardTitle(id)).join(', ')
  const overriding = reasons === '' ? '' : ` Each of these guards needs a reason: ${reasons}.`
  const two = approvalsNeeded === 2 ? ' Two people must approve.' : ''
  return `Approve or reject in Reenroll before ${showInstant(expiresAt)}: ${BINDINGS[remediation].does}.${overriding}${two}`
}

function todosOf(withheldBy: readonly WithheldBy[]): readonly string[] {
  return [...new Set(withheldBy.map(({ id }) => GUARD_ADVICE[id].todo))]
}

function guided({ guide, mailed }: Case): string {
  const until = guide ? ` until ${showInstant(guide.until)}` : ''
  return mailed
    ? `Nothing to do yet: the user has the steps, and Reenroll waits${until} for the enrollment. A ticket follows otherwise.`
    : 'Nothing to do yet: the steps are on their way to the user. A ticket follows when they do not help.'
}

function watching({ watchUntil }: Case): string {
  const until = watchUntil ? ` until ${showInstant(watchUntil)}` : ''
  return `Nothing to do yet: the repair is done, and Reenroll waits${until} for the user to enroll.`
}

/** "The account was unsuspended at … by …. No new attempt since." */
function repairedWithoutAttempt(c: Case): string | null {
  const repair = repairWithoutAttempt(c)
  return repair ? `${repair.what} at ${showInstant(repair.at)} by ${repair.by}. No new attempt since.` : null
}

/**
 * Devices on which Okta Verify is active, by the names that the factors have; without the failing one. A failure without any
 * description may be of any device, so none is left out for it.
 */
export function devicesThatWork(c: Case): readonly string[] {
  const factors = known(c.evidence?.factors ?? UNREAD) ?? []
  const active = factors.filter(({ isOktaVerify, status }) => isOktaVerify && status === 'ACTIVE')
  const failing = c.failures.filter(({ device }) => device.platform !== 'unknown' || device.name !== null)
  const others = active.filter(({ deviceName, platform }) => {
    const home = { id: null, name: deviceName, platform, model: null, serialNumber: null }
    return (
      (deviceName !== null || platform !== 'unknown') &&
      failing.every(({ device }) => isFailedDevice(device, home) !== 'yes')
    )
  })
  return [...new Set(others.map(({ deviceName, platform }) => deviceName ?? `a device (${platform})`))]
}
