/** The steps that several causes share, worded for the platform at hand (facts §6.3 options 2, 3 and 5). */
import type { Platform, RemediationId } from '../vocabulary.ts'

/** What the wording depends on. */
export interface Where {
  readonly platform: Platform
  /** What Reenroll or an admin has already done in Okta, if anything. */
  readonly repaired: RemediationId | null
}

export function isDesktop(platform: Platform): boolean {
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

export function enrollAgain(platform: Platform): string {
  if (isDesktop(platform)) return ENROLL_DESKTOP
  return platform === 'unknown' ? `On a phone: ${ENROLL_PHONE} On a computer: ${ENROLL_DESKTOP}` : ENROLL_PHONE
}

export function restart(platform: Platform): string {
  return isDesktop(platform)
    ? 'Restart the computer.'
    : platform === 'unknown'
      ? 'Restart the device.'
      : 'Restart the phone.'
}

export function setClock(platform: Platform): string {
  return SET_CLOCK[platform]
}

/** The server's side of option 2: all Okta Verify methods on all devices go, whoever removes them (facts §0.4). */
function removeEnrollment(where: Where): string {
  const removed = where.repaired === 'remove_orphaned_enrollment' || where.repaired === 'remove_replaced_enrollment'
  return removed
    ? 'Nothing to do in your Okta account: the old Okta Verify enrollment has been removed there, on all your devices.'
    : 'Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.'
}

/** Option 2: the app and the account forget each other, then start afresh. */
export function startAfresh(where: Where): readonly string[] {
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
export function clearHistory(platform: Platform): readonly string[] {
  const phone = platform === 'unknown' ? 'On a phone: open' : 'Open'
  return [
    `${phone} the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.`,
    setClock(platform),
    enrollAgain(platform)
  ]
}

/** Option 5: what Okta Support will ask for. */
export const REPORT_ISSUE =
  'If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.'
