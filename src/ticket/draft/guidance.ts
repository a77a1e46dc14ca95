/**
 * What to send to the user, per cause and platform: the article's options as plain, ordered steps, and nothing the
 * article or Okta's pages do not support (facts §6.3, "Where the article is imprecise"). Pure.
 */
import { credentialSource, devicesThatWork } from '../../decide/advice.ts'
import { failingPlatform } from '../../decide/device-facts.ts'
import type { Case } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import type { CauseId, Platform, RemediationId } from '../../domain/vocabulary.ts'

/* The steps that several causes share, worded for the platform at hand (facts §6.3 options 2, 3 and 5). */

/** What the wording depends on. */
export interface Where {
  readonly platform: Platform
  /** What Reenroll or an admin has already done in Okta, if anything. */
  readonly repaired: RemediationId | null
  /** Who owns the credentials, in words; null when Okta does or it is not known. */
  readonly source: string | null
  /** Other devices on which Okta Verify works; the steps must not touch them. */
  readonly stillWorks: readonly string[]
}

function isDesktop(platform: Platform): boolean {
  return platform === 'MACOS' || platform === 'WINDOWS'
}

const INSTALL: Readonly<Record<Platform, string>> = {
  IOS: 'Install the newest Okta Verify from the App Store.',
  ANDROID: 'Install the newest Okta Verify from Google Play.',
  MACOS: 'Install the newest Okta Verify from the Mac App Store or your company’s software portal.',
  WINDOWS: 'Install the newest Okta Verify from your company’s software portal.',
  unknown:
    'Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.'
}

/** Even a small clock difference can make enrollment fail (facts, "Where the article is imprecise"). */
const SET_CLOCK: Readonly<Record<Platform, string>> = {
  IOS: 'Let the phone set its clock: Settings > General > Date & Time > Set Automatically.',
  ANDROID: 'Let the phone set its clock: turn on automatic date and time in the phone’s settings.',
  MACOS: 'Let the Mac set its clock: System Settings > General > Date & Time > Set time and date automatically.',
  WINDOWS: 'Let Windows set its clock: Settings > Time & language > Date & time > Set time automatically.',
  unknown: 'Let the device set its clock: turn on automatic date and time in its settings.'
}

const ENROLL_PHONE =
  'Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.'
const ENROLL_DESKTOP = 'Open Okta Verify, add an account, enter your company’s Okta address and sign in.'

function enrollAgain(platform: Platform): string {
  if (isDesktop(platform)) return ENROLL_DESKTOP
  return platform === 'unknown' ? `On a phone: ${ENROLL_PHONE} On a computer: ${ENROLL_DESKTOP}` : ENROLL_PHONE
}

function restart(platform: Platform): string {
  return isDesktop(platform)
    ? 'Restart the computer.'
    : platform === 'unknown'
      ? 'Restart the device.'
      : 'Restart the phone.'
}

function setClock(platform: Platform): string {
  return SET_CLOCK[platform]
}

/** The server's side of option 2: all Okta Verify methods on all devices go, no matter who removes them (facts §0.4). */
function removeEnrollment(where: Where): string {
  const removed = where.repaired === 'remove_orphaned_enrollment' || where.repaired === 'remove_replaced_enrollment'
  if (where.stillWorks.length > 0)
    return 'Leave Okta Verify in your Okta account as it is: removing it there would remove it for all your devices.'
  return removed
    ? 'Nothing to do in your Okta account: the old Okta Verify enrollment has been removed there, on all your devices.'
    : 'Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.'
}

/** Option 2: the app and the account forget each other, then start afresh. */
function startAfresh(where: Where): readonly string[] {
  return [
    'Open Okta Verify. If your account is listed there, delete it.',
    'Uninstall Okta Verify.',
    removeEnrollment(where),
    restart(where.platform),
    setClock(where.platform),
    INSTALL[where.platform],
    enrollAgain(where.platform)
  ]
}

/** Option 3. It exists in a phone's settings only. */
function clearHistory(platform: Platform): readonly string[] {
  const phone = platform === 'unknown' ? 'On a phone: open' : 'Open'
  // Android has the app's data under Storage; clearing it has the same effect.
  const otherwise = platform === 'IOS' ? '' : 'on Android choose Apps, Okta Verify, Storage, Clear data; otherwise '
  return [
    `${phone} the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, ${otherwise}go on with the next step.`,
    ...(platform === 'unknown'
      ? ['On a computer: open Okta Verify and delete your account if it is listed there.']
      : []),
    setClock(platform),
    enrollAgain(platform)
  ]
}

/** Option 5: what Okta Support will ask for. */
const REPORT_ISSUE =
  'If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.'

export interface Guidance {
  /** Whether the steps are for the user at all; when not, `opening` tells the agent why. */
  readonly send: boolean
  /** What is the matter, in a sentence to the user. */
  readonly opening: string
  readonly steps: readonly string[]
  /** What to do only when the steps did not help; empty when there is nothing else. */
  readonly ifThatFails: readonly string[]
}

const WAIT =
  'Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.'

function tell(opening: string, ...steps: readonly string[]): Guidance {
  return { send: true, opening, steps, ifThatFails: [] }
}

function suspended(where: Where): Guidance {
  return where.repaired === 'unsuspend_user'
    ? tell('Your Okta account was suspended and is active again.', enrollAgain(where.platform), REPORT_ISSUE)
    : tell('Your Okta account is suspended, and Okta Verify cannot be set up until that is lifted.', WAIT)
}

function lockedOut(where: Where): Guidance {
  if (where.repaired === 'unlock_user') {
    return tell('Your Okta account was locked and is unlocked again.', enrollAgain(where.platform), REPORT_ISSUE)
  }
  return tell(
    'Your Okta account is locked after too many failed sign-ins.',
    'If those sign-ins were not yours, tell the service desk at once.',
    where.source
      ? `Wait until the lock ends by itself, or ask the service desk to unlock your account in ${where.source}.`
      : 'Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.',
    enrollAgain(where.platform)
  )
}

function activationPending(where: Where): Guidance {
  if (where.source) {
    return tell(
      'Your Okta account is not active yet, so Okta Verify cannot be set up.',
      `Sign in to Okta once in a browser, as you sign in at work: your password is kept in ${where.source}, and there is no activation mail.`,
      'If that does not work, tell the service desk: they check your account there.',
      enrollAgain(where.platform)
    )
  }
  return tell(
    'Your Okta account is not activated yet, so Okta Verify cannot be set up.',
    where.repaired === 'resend_activation'
      ? 'Open the newest activation mail from Okta; it was just sent to the address on file. Look in the junk folder too.'
      : 'Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.',
    'Use the link of the newest mail only: links of older ones no longer work.',
    'Finish the activation in the browser.',
    enrollAgain(where.platform)
  )
}

function deviceSuspended(where: Where): Guidance {
  return where.repaired === 'unsuspend_device'
    ? tell('Your device was suspended in Okta and is active again.', enrollAgain(where.platform), REPORT_ISSUE)
    : tell(
        'Your company has suspended this device in Okta. Setting up Okta Verify again does not lift that.',
        'Wait for word from the service desk, and use another sign-in method or device until then.'
      )
}

/** Okta names this pair as a known issue and gives no steps; these are general ones, and the text says so. */
function iphone15(where: Where): Guidance {
  return {
    send: true,
    opening:
      'Okta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.',
    steps: [
      'Update iOS: Settings > General > Software Update.',
      'Update Okta Verify in the App Store.',
      restart('IOS'),
      enrollAgain('IOS')
    ],
    ifThatFails: [...startAfresh({ ...where, platform: 'IOS' }), REPORT_ISSUE]
  }
}

/** Option 3 is in a phone's settings; on a computer the nearest thing is option 2. */
function staleApp(where: Where): Guidance {
  const opening =
    'Okta refused what the app on your device remembers from an earlier set-up, so the app must forget it.'
  if (isDesktop(where.platform)) return tell(opening, ...startAfresh(where), REPORT_ISSUE)
  const ifThatFails = [...startAfresh(where), REPORT_ISSUE]
  return { send: true, opening, steps: clearHistory(where.platform), ifThatFails }
}

function unknownCause(where: Where): Guidance {
  const opening = 'We could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.'
  const steps = isDesktop(where.platform) ? startAfresh(where) : clearHistory(where.platform)
  return tell(opening, ...steps, REPORT_ISSUE)
}

const GUIDANCE: Readonly<Record<CauseId, (where: Where) => Guidance>> = {
  account_suspended: suspended,
  account_locked_out: lockedOut,
  activation_pending: activationPending,
  account_staged: () =>
    tell(
      'Your Okta account has been created but not started yet, so Okta Verify cannot be set up.',
      'Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.'
    ),
  account_recovery: ({ platform, source }) =>
    tell(
      'A password reset of your Okta account is not finished, so Okta Verify cannot be set up.',
      'If you did not ask for a reset, tell the service desk at once and go no further.',
      source
        ? `Finish the reset in ${source}, where your password is kept; the service desk can help.`
        : 'Finish the reset with the newest mail from Okta.',
      enrollAgain(platform)
    ),
  password_expired: ({ platform, source }) =>
    tell(
      source
        ? `Your password has expired. It is kept in ${source}, and Okta Verify cannot be set up before it is changed.`
        : 'Your Okta password has expired, so Okta Verify cannot be set up.',
      source
        ? `Change it in ${source}, the way your company does it; the service desk can help.`
        : 'Sign in to Okta in a browser and choose a new password when asked.',
      enrollAgain(platform)
    ),
  account_deactivated: () => ({
    send: false,
    opening: 'The account is deactivated. Send no steps: the attempt may come from somebody who has left.',
    steps: [],
    ifThatFails: []
  }),
  sign_in_blocked: (where) =>
    where.repaired === 'unlock_user'
      ? tell('The block on your Okta account is lifted.', enrollAgain(where.platform), REPORT_ISSUE)
      : tell(
          'Okta blocks sign-in to your account from devices it does not know.',
          'If somebody else may have tried to sign in as you, tell the service desk at once.',
          'Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.',
          enrollAgain(where.platform)
        ),
  device_suspended: deviceSuspended,
  device_deactivated: (where) =>
    tell(
      'This device is deactivated in Okta, which also happens to devices reported lost.',
      'Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.',
      ...startAfresh(where)
    ),
  enrollment_orphaned: (where) =>
    tell(
      'An earlier set-up of Okta Verify was never finished and stands in the way.',
      ...startAfresh(where),
      REPORT_ISSUE
    ),
  device_replaced: (where) =>
    tell(
      'Okta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.',
      ...startAfresh(where),
      REPORT_ISSUE
    ),
  device_jailbroken: ({ platform }) =>
    tell(
      `This device is ${platform === 'ANDROID' ? 'rooted' : platform === 'IOS' ? 'jailbroken' : 'jailbroken or rooted'}, and Okta Verify does not support that. Nothing on the server can repair it.`,
      'Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify again.'
    ),
  iphone15_ios17: iphone15,
  policy_denied: () =>
    tell(
      'A rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.',
      'Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.'
    ),
  app_state_stale: staleApp,
  unknown: unknownCause
}

/** The steps for the user of this case, for the failing device, after what was already repaired. */
export function guidanceFor(c: Case): Guidance {
  const cause = c.cause?.id ?? 'unknown'
  const stillWorks = cause === 'device_replaced' ? [] : devicesThatWork(c)
  const guidance = GUIDANCE[cause]({
    platform: failingPlatform(c),
    repaired: c.actions.findLast((action) => action.state === 'done')?.remediation ?? null,
    source: credentialSource(c.evidence && known(c.evidence.user)?.provider),
    stillWorks
  })
  if (stillWorks.length === 0 || !guidance.send) return guidance
  const works = `Okta Verify still works on ${stillWorks.join(' and ')}: these steps are only for the device on which the set-up failed.`
  return { ...guidance, opening: `${guidance.opening} ${works}` }
}
