/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > account_deactivated 1`] = `
no message
`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > account_locked_out 1`] = `
Hello Anna Example,

Your Okta account is locked after too many failed sign-ins.

1. If those sign-ins were not yours, tell the service desk at once.
2. Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.
3. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > account_recovery 1`] = `
Hello Anna Example,

A password reset of your Okta account is not finished, so Okta Verify cannot be set up.

1. If you did not ask for a reset, tell the service desk at once and go no further.
2. Finish the reset with the newest mail from Okta.
3. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > account_staged 1`] = `
Hello Anna Example,

Your Okta account has been created but not started yet, so Okta Verify cannot be set up.

1. Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > account_suspended 1`] = `
Hello Anna Example,

Your Okta account is suspended, and Okta Verify cannot be set up until that is lifted.

1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > activation_pending 1`] = `
Hello Anna Example,

Your Okta account is not activated yet, so Okta Verify cannot be set up.

1. Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.
2. Use the link of the newest mail only: links of older ones no longer work.
3. Finish the activation in the browser.
4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > app_state_stale 1`] = `
Hello Anna Example,

Okta refused what the app on your device remembers from an earlier set-up, so the app must forget it.

1. Open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.
2. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
3. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If that fails:

1. Open Okta Verify. If your account is listed there, delete it.
2. Uninstall Okta Verify.
3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.
4. Restart the phone.
5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
6. Install the newest Okta Verify from the App Store.
7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.
8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > device_deactivated 1`] = `
Hello Anna Example,

This device is deactivated in Okta, which also happens to devices reported lost.

1. Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.
2. Open Okta Verify. If your account is listed there, delete it.
3. Uninstall Okta Verify.
4. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.
5. Restart the phone.
6. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
7. Install the newest Okta Verify from the App Store.
8. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > device_jailbroken 1`] = `
Hello Anna Example,

This device is jailbroken, and Okta Verify does not support that. Nothing on the server can repair it.

1. Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify again.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > device_replaced 1`] = `
Hello Anna Example,

Okta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.

1. Open Okta Verify. If your account is listed there, delete it.
2. Uninstall Okta Verify.
3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.
4. Restart the phone.
5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
6. Install the newest Okta Verify from the App Store.
7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.
8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > device_suspended 1`] = `
Hello Anna Example,

Your company has suspended this device in Okta. Setting up Okta Verify again does not lift that.

1. Wait for word from the service desk, and use another sign-in method or device until then.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > enrollment_orphaned 1`] = `
Hello Anna Example,

An earlier set-up of Okta Verify was never finished and stands in the way.

1. Open Okta Verify. If your account is listed there, delete it.
2. Uninstall Okta Verify.
3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.
4. Restart the phone.
5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
6. Install the newest Okta Verify from the App Store.
7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.
8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > iphone15_ios17 1`] = `
Hello Anna Example,

Okta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.

1. Update iOS: Settings > General > Software Update.
2. Update Okta Verify in the App Store.
3. Restart the phone.
4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If that fails:

1. Open Okta Verify. If your account is listed there, delete it.
2. Uninstall Okta Verify.
3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.
4. Restart the phone.
5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
6. Install the newest Okta Verify from the App Store.
7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.
8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > password_expired 1`] = `
Hello Anna Example,

Your Okta password has expired, so Okta Verify cannot be set up.

1. Sign in to Okta in a browser and choose a new password when asked.
2. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > policy_denied 1`] = `
Hello Anna Example,

A rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.

1. Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > sign_in_blocked 1`] = `
Hello Anna Example,

Okta blocks sign-in to your account from devices it does not know.

1. If somebody else may have tried to sign in as you, tell the service desk at once.
2. Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.
3. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`

exports[`test/ticket/mail/message.test.ts > TAP > the message of each cause > unknown 1`] = `
Hello Anna Example,

We could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.

1. Open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.
2. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.
3. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.
4. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.

If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.

Reference: RE-0123456789AB

`
