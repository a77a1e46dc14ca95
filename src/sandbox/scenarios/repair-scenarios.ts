/** People who are helped: by the two automatic writes, working and not, and by the ones a person approves (DESIGN §3). */
import { DAY_MS, HOUR_MS } from '../../domain/time.ts'
import type { CauseId, GuardId, RemediationId } from '../../domain/vocabulary.ts'
import { HR_IMPORT, verifyOften } from '../ordinary-life.ts'
import { DESKTOP_PC, MACBOOK } from '../org/log-event.ts'
import { enroll } from '../people.ts'
import {
  invited,
  lockedOut,
  movedPhone,
  orphaned,
  past,
  phoneSuspended,
  ROUTINE_WORKFLOW,
  suspended,
  USUAL,
  withPhone
} from './cast.ts'
import { type Expectation, proposed, repaired, type Scenario, stopped, ticket } from './scenario.ts'

/** The write was made and the user is still not enrolled. */
function inVain(expectation: Expectation): Expectation {
  return { ...expectation, writes: 1, effect: 'ineffective' }
}

/** The write was made and the user did not try again: the decision and the cause stay. */
function untried(cause: CauseId, remediation: RemediationId): Expectation {
  return { ...repaired(cause, 'auto', remediation), state: 'with_person', effect: 'unknown' }
}

const ORPHAN_REMOVED = {
  afterWrite: 'enrolls',
  expect: repaired('enrollment_orphaned', 'auto', 'remove_orphaned_enrollment')
} as const

const AUTOMATIC: readonly Scenario[] = [
  {
    id: 'orphan_after_ordinary_week',
    title:
      'Orla Ordinary removed Okta Verify herself an hour ago, after an import from HR and three unanswered pushes.',
    story: 'All of it is ordinary when a phone is replaced, and Okta’s log proves it.',
    setUp: (org) => {
      const orla = orphaned(org, 'Orla Ordinary')
      const debugContext = { debugData: { changedAttributes: 'department' } }
      past(org, orla, 'user.account.update_profile', 3 * DAY_MS, { by: HR_IMPORT, debugContext })
      for (const hours of [30, 40, 50]) {
        const outcome = { result: 'UNANSWERED', reason: null }
        past(org, orla, 'user.authentication.auth_via_mfa', hours * HOUR_MS, { outcome })
      }
      past(org, orla, 'user.mfa.factor.deactivate', HOUR_MS)
      return orla
    },
    how: { judgement: USUAL },
    ...ORPHAN_REMOVED
  },
  {
    id: 'orphan_of_busy_user',
    title: 'Fay FastPass verifies herself a hundred times a day and has a half-finished enrollment on her Mac.',
    story: 'Three thousand successes in the log hide nothing: what matters is asked for apart.',
    setUp: (org) => {
      const fay = orphaned(org, 'Fay FastPass', {}, MACBOOK)
      verifyOften(org, fay, 3_000)
      return fay
    },
    how: { judgement: USUAL },
    ...ORPHAN_REMOVED
  },
  {
    id: 'activation_mail_resent',
    title: 'Nina Newhire never got her activation mail.',
    story: 'A fresh mail goes to the address on file; she activates the account and enrolls.',
    setUp: (org) => invited(org, 'Nina Newhire'),
    afterWrite: 'enrolls',
    expect: repaired('activation_pending', 'auto', 'resend_activation')
  },
  {
    id: 'activation_mail_resent_sparse',
    title: 'Lee Legacy is new too, and the event about him says next to nothing.',
    story: 'No address, no device, no place: the mail harms nobody and is sent again all the same.',
    setUp: (org) => invited(org, 'Lee Legacy'),
    how: { shape: 'sparse', reason: 'User set up OKTA_VERIFY_PUSH factor' },
    afterWrite: 'enrolls',
    expect: repaired('activation_pending', 'auto', 'resend_activation')
  },
  {
    id: 'activation_mail_in_vain',
    title: 'Noel Newhire scans the code again without opening the mail.',
    story: 'The mail is sent once; a second failure within the day goes to a person.',
    shows: ['G14'],
    setUp: (org) => invited(org, 'Noel Newhire'),
    afterWrite: 'fails_again',
    expect: inVain(stopped('activation_pending', 'resend_activation', 'G14'))
  },
  {
    id: 'activation_mail_unanswered',
    title: 'Nils Newhire does not react to the new activation mail.',
    story: 'The watch ends without an enrollment, so a person takes over.',
    setUp: (org) => invited(org, 'Nils Newhire'),
    expect: untried('activation_pending', 'resend_activation')
  },
  {
    id: 'orphan_removed',
    title: 'Olivia Orphan has a half-finished enrollment in the way.',
    story: 'It cannot be used by anybody; it is removed and she enrolls.',
    setUp: (org) => orphaned(org, 'Olivia Orphan'),
    ...ORPHAN_REMOVED
  },
  {
    id: 'orphan_removed_windows',
    title: 'Wim Windows has a half-finished enrollment on his computer.',
    story: 'The maker of the computer is written with a dot and cut short, and it is recognised all the same.',
    setUp: (org) => orphaned(org, 'Wim Windows', {}, DESKTOP_PC),
    how: { judgement: USUAL },
    ...ORPHAN_REMOVED
  },
  {
    id: 'orphan_removed_odd_event',
    title: "Ozzy Odd's failure comes as an event full of nulls and of numbers that are text.",
    story: 'Okta promises no exact shape. What can be read is read, and the repair is the same.',
    setUp: (org) => orphaned(org, 'Ozzy Odd'),
    how: { shape: 'odd', judgement: USUAL },
    ...ORPHAN_REMOVED
  },
  {
    id: 'orphan_removed_in_vain',
    title: 'Otto Orphan fails again after the repair.',
    story: 'Nothing in Okta is in the way any more, so what is left is the app: a ticket with the steps.',
    setUp: (org) => orphaned(org, 'Otto Orphan'),
    afterWrite: 'fails_again',
    expect: inVain(ticket('app_state_stale'))
  },
  {
    id: 'orphan_removed_unanswered',
    title: 'Oona Orphan does not try again after the repair.',
    story: 'The watch ends without an enrollment, and a person gets in touch with her.',
    setUp: (org) => orphaned(org, 'Oona Orphan'),
    expect: untried('enrollment_orphaned', 'remove_orphaned_enrollment')
  },
  {
    id: 'suspended_by_routine_workflow',
    title: 'Ian Inactive was suspended by the inactivity clean-up.',
    story: 'The policy lists that workflow as routine, so the suspension is lifted without asking.',
    shows: ['G9'],
    setUp: (org) => suspended(org, 'Ian Inactive', ROUTINE_WORKFLOW),
    how: { judgement: USUAL },
    afterWrite: 'enrolls',
    expect: repaired('account_suspended', 'auto', 'unsuspend_user')
  }
]

/** On-call approves for this reason, although a guard asks for one, and the person enrolls. */
function approvedOver(guard: GuardId, because: string): Pick<Scenario, 'shows' | 'how' | 'afterWrite' | 'approve'> {
  const approve = { overrides: [guard], because }
  return { shows: [guard], how: { judgement: USUAL }, afterWrite: 'enrolls', approve }
}

const APPROVED: readonly Scenario[] = [
  {
    id: 'unsuspend_approved',
    title: 'Priya Parental is back from leave and still suspended.',
    story: 'On-call asks HR, approves with that reason, and she enrolls.',
    setUp: (org) => suspended(org, 'Priya Parental'),
    ...approvedOver('G9', 'HR confirms that she is back from leave since Monday.'),
    expect: repaired('account_suspended', 'propose', 'unsuspend_user')
  },
  {
    id: 'unlock_approved',
    title: 'Luca Lockout mistyped his password on a new keyboard.',
    story: 'On-call calls him back on the known number, approves, and he enrolls.',
    setUp: (org) => lockedOut(org, 'Luca Lockout'),
    ...approvedOver('G9', 'Called back on the number on file; the wrong passwords were his own.'),
    expect: repaired('account_locked_out', 'propose', 'unlock_user')
  },
  {
    id: 'unsuspend_device_approved',
    title: 'Penny Phone found the phone she had reported lost.',
    story: 'The phone had been suspended as a precaution; on-call approves and she enrolls on it.',
    setUp: (org) => phoneSuspended(org, 'Penny Phone'),
    ...approvedOver('G9', 'She showed the phone at the service desk.'),
    how: { shape: 'device_enrollment', reason: 'E0000152: Illegal device status', judgement: USUAL },
    expect: repaired('device_suspended', 'propose', 'unsuspend_device')
  },
  {
    id: 'replaced_enrollment_approved',
    title: 'Kim Keyholder has a new iPhone and a security key.',
    story: 'The old phone is still enrolled. With the key she stays protected, so on-call approves its removal.',
    setUp: (org) => {
      const kim = movedPhone(org, 'Kim Keyholder')
      org.addFactor(kim.id, { factorType: 'webauthn' })
      return kim
    },
    how: { shape: 'device_enrollment', judgement: USUAL },
    afterWrite: 'enrolls',
    approve: { overrides: [], because: 'Identity checked with her security key.' },
    expect: repaired('device_replaced', 'propose', 'remove_replaced_enrollment')
  },
  {
    id: 'replaced_beside_laptop',
    title: 'Lena Laptop has a new iPhone, a security key, and a laptop with Okta Verify in use.',
    story:
      'Removing the old phone’s enrollment takes the laptop’s along, so the proposal names it and asks for a reason.',
    shows: ['G17'],
    setUp: (org) => {
      const lena = movedPhone(org, 'Lena Laptop')
      org.addFactor(lena.id, { factorType: 'webauthn' })
      const laptop = { ...lena.phone, platform: 'WINDOWS', model: 'XPS 13', displayName: 'Lena laptop' } as const
      withPhone(org, { ...lena, phone: laptop }, {}, 'ACTIVE')
      return lena
    },
    how: { shape: 'device_enrollment', judgement: USUAL },
    expect: { ...proposed('device_replaced', 'remove_replaced_enrollment'), stoppedBy: ['G17'] }
  },
  {
    id: 'changed_before_approval',
    title: 'Gil Gone is deactivated while the proposal to unsuspend him waits.',
    story: 'Right before the write everything is read again: the account has moved on, so nothing is written.',
    shows: ['G16'],
    setUp: (org) => suspended(org, 'Gil Gone'),
    how: { judgement: USUAL },
    afterWrite: 'enrolls',
    approve: {
      overrides: ['G9'],
      because: 'His manager says that he is needed today.',
      meanwhile: (org, gil) => {
        const user = org.users.get(gil.id)
        if (user) Object.assign(user, { status: 'DEPROVISIONED', statusChanged: org.clock(), lastUpdated: org.clock() })
      }
    },
    expect: ticket('account_deactivated')
  },
  {
    id: 'enrolled_before_approval',
    title: 'Sol Solved was let in by an administrator while the proposal waited.',
    story: 'The success event closes the case and its ticket; nobody has to approve anything.',
    setUp: (org) => suspended(org, 'Sol Solved'),
    how: { judgement: USUAL },
    next: {
      when: 'awaiting_approval',
      happens: (org, sol) => {
        const user = org.users.get(sol.id)
        if (user) Object.assign(user, { status: 'ACTIVE', statusChanged: org.clock(), lastUpdated: org.clock() })
        enroll(org, sol)
      }
    },
    expect: { ...proposed('account_suspended', 'unsuspend_user'), state: 'resolved' }
  }
]

export const REPAIR_SCENARIOS: readonly Scenario[] = [...AUTOMATIC, ...APPROVED]
