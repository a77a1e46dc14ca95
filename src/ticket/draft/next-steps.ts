/** For the agent: what the cause is called and what to do about it (facts §6.2). Data. */
import type { CauseId } from '../../domain/vocabulary.ts'

export interface Next {
  /** Short, for titles: "account suspended". */
  readonly label: string
  readonly todo: string
}

export const NEXT_STEPS: Readonly<Record<CauseId, Next>> = {
  account_suspended: {
    label: 'account suspended',
    todo: 'Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.'
  },
  account_locked_out: {
    label: 'account locked out',
    todo: 'Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security.'
  },
  activation_pending: {
    label: 'activation pending',
    todo: 'Check that the address on file is right, then resend the activation mail from the user’s page.'
  },
  account_staged: {
    label: 'account not started',
    todo: 'The account waits for its start. Check the start date with HR before anybody activates it.'
  },
  account_recovery: {
    label: 'password reset unfinished',
    todo: 'Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security.'
  },
  password_expired: {
    label: 'password expired',
    todo: 'Have the user sign in with a browser and change the password. Nothing is to be written in Okta.'
  },
  account_deactivated: {
    label: 'account deactivated',
    todo: 'Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree.'
  },
  sign_in_blocked: {
    label: 'sign-in blocked from unknown devices',
    todo: 'Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.'
  },
  device_suspended: {
    label: 'device suspended',
    todo: 'Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.'
  },
  device_deactivated: {
    label: 'device deactivated',
    todo: 'Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh.'
  },
  enrollment_orphaned: {
    label: 'unfinished enrollment in the way',
    todo: 'Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go.'
  },
  device_replaced: {
    label: 'new or restored device',
    todo: 'Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it.'
  },
  device_jailbroken: {
    label: 'jailbroken or rooted device',
    todo: 'Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair.'
  },
  iphone15_ios17: {
    label: 'iPhone 15 on iOS 17',
    todo: 'Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support.'
  },
  policy_denied: {
    label: 'refused by policy',
    todo: 'Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device.'
  },
  app_state_stale: {
    label: 'stale app data',
    todo: 'Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it.'
  },
  unknown: {
    label: 'cause not known',
    todo: 'Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support.'
  }
}
