/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict'
exports[`test/ticket/draft/content.test.ts > TAP > github > github account_deactivated 1`] = `
{
 "title": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Security**. Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree.\\n\\n## Why\\n\\nCause: **account deactivated** (\`account_deactivated\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nThe account is deactivated. Send no steps: the attempt may come from somebody who has left.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 1e37a554-adf05650). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:account_deactivated",
  "state:with_person",
  "severity:security"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github account_locked_out 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: account locked out",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **account locked out** (\`account_locked_out\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is locked after too many failed sign-ins.\\n\\n1. If those sign-ins were not yours, tell the service desk at once.\\n2. Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 4877f242-b05abd8f). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:account_locked_out",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github account_recovery 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **password reset unfinished** (\`account_recovery\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nA password reset of your Okta account is not finished, so Okta Verify cannot be set up.\\n\\n1. If you did not ask for a reset, tell the service desk at once and go no further.\\n2. Finish the reset with the newest mail from Okta.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 91b06013-a6bca34f). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:account_recovery",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github account_staged 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: account not started",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. The account waits for its start. Check the start date with HR before anybody activates it.\\n\\n## Why\\n\\nCause: **account not started** (\`account_staged\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account has been created but not started yet, so Okta Verify cannot be set up.\\n\\n1. Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 6ebba2f0-98148c56). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:account_staged",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github account_suspended 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: account suspended",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.\\n\\n## Why\\n\\nCause: **account suspended** (\`account_suspended\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 3b60fb33-28ded304). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:account_suspended",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github activation_pending 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: activation pending",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check that the address on file is right, then resend the activation mail from the user’s page.\\n\\n## Why\\n\\nCause: **activation pending** (\`activation_pending\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is not activated yet, so Okta Verify cannot be set up.\\n\\n1. Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.\\n2. Use the link of the newest mail only: links of older ones no longer work.\\n3. Finish the activation in the browser.\\n4. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, ba5f1ba6-e4bceedc). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:activation_pending",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github app_state_stale 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: stale app data",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it.\\n\\n## Why\\n\\nCause: **stale app data** (\`app_state_stale\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta refused what the app on your device remembers from an earlier set-up, so the app must forget it.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 5cc8750d-c31f210b). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:app_state_stale",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github device_deactivated 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: device deactivated",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh.\\n\\n## Why\\n\\nCause: **device deactivated** (\`device_deactivated\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nThis device is deactivated in Okta, which also happens to devices reported lost.\\n\\n1. Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.\\n2. Open Okta Verify. If your account is listed there, delete it.\\n3. Uninstall Okta Verify.\\n4. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n5. Restart the device.\\n6. Let the device set its clock: turn on automatic date and time in its settings.\\n7. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n8. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 949afc33-40b20aea). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:device_deactivated",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github device_jailbroken 1`] = `
{
 "title": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Security**. Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair.\\n\\n## Why\\n\\nCause: **jailbroken or rooted device** (\`device_jailbroken\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\n**Send this only after Security has cleared the user and you have verified who asks.**\\n\\nThis device is jailbroken or rooted, and Okta Verify does not support that. Nothing on the server can repair it.\\n\\n1. Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify anew.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 84fd82b0-3940a593). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:device_jailbroken",
  "state:with_person",
  "severity:security"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github device_replaced 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: new or restored device",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it.\\n\\n## Why\\n\\nCause: **new or restored device** (\`device_replaced\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 6582deea-def3ff1a). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:device_replaced",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github device_suspended 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: device suspended",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.\\n\\n## Why\\n\\nCause: **device suspended** (\`device_suspended\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour company has suspended this device in Okta. Setting up Okta Verify again does not lift that.\\n\\n1. Wait for word from the service desk, and use another sign-in method or device until then.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, e872ba97-a4825cfc). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:device_suspended",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github enrollment_orphaned 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go.\\n\\n## Why\\n\\nCause: **unfinished enrollment in the way** (\`enrollment_orphaned\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nAn earlier set-up of Okta Verify was never finished and stands in the way.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, def17e6a-0b373e65). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:enrollment_orphaned",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github iphone15_ios17 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support.\\n\\n## Why\\n\\nCause: **iPhone 15 on iOS 17** (\`iphone15_ios17\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.\\n\\n1. Update iOS: Settings > General > Software Update.\\n2. Update Okta Verify in the App Store.\\n3. Restart the phone.\\n4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the phone.\\n5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.\\n6. Install the newest Okta Verify from the App Store.\\n7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, f179a3bd-55435bf4). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:iphone15_ios17",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github password_expired 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: password expired",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Have the user sign in with a browser and change the password. Nothing is to be written in Okta.\\n\\n## Why\\n\\nCause: **password expired** (\`password_expired\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta password has expired, so Okta Verify cannot be set up.\\n\\n1. Sign in to Okta in a browser and choose a new password when asked.\\n2. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, cd7ba2e9-6e31da17). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:password_expired",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github policy_denied 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: refused by policy",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device.\\n\\n## Why\\n\\nCause: **refused by policy** (\`policy_denied\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nA rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.\\n\\n1. Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 861b3ecf-a2f4e6ff). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:policy_denied",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github sign_in_blocked 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **sign-in blocked from unknown devices** (\`sign_in_blocked\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta blocks sign-in to your account from devices it does not know.\\n\\n1. If somebody else may have tried to sign in as you, tell the service desk at once.\\n2. Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 8b815e8d-6720da6c). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:sign_in_blocked",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > github > github unknown 1`] = `
{
 "title": "Okta Verify enrollment failed for anna@example.com: cause not known",
 "body": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support.\\n\\n## Why\\n\\nCause: **cause not known** (\`unknown\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nWe could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n4. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, ee074372-b21a9b22). Text that you edit above is left alone from then on.\\n",
 "labels": [
  "reenroll",
  "reenroll-RE-Anna",
  "cause:unknown",
  "state:with_person",
  "severity:normal"
 ]
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira account_deactivated 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Security",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "account deactivated",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "account_deactivated",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "The account is deactivated. Send no steps: the attempt may come from somebody who has left."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 649c3346-adf05650). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:account_deactivated",
   "state:with_person",
   "severity:security"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira account_locked_out 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: account locked out",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "account locked out",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "account_locked_out",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your Okta account is locked after too many failed sign-ins."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If those sign-ins were not yours, tell the service desk at once."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 07fc8cce-b05abd8f). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:account_locked_out",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira account_recovery 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "password reset unfinished",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "account_recovery",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "A password reset of your Okta account is not finished, so Okta Verify cannot be set up."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If you did not ask for a reset, tell the service desk at once and go no further."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Finish the reset with the newest mail from Okta."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, e34e2bae-a6bca34f). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:account_recovery",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira account_staged 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: account not started",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". The account waits for its start. Check the start date with HR before anybody activates it."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "account not started",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "account_staged",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your Okta account has been created but not started yet, so Okta Verify cannot be set up."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 1cb1851a-98148c56). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:account_staged",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira account_suspended 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: account suspended",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "account suspended",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "account_suspended",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your Okta account is suspended, and Okta Verify cannot be set up until that is lifted."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, aa5472c7-28ded304). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:account_suspended",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira activation_pending 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: activation pending",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Check that the address on file is right, then resend the activation mail from the user’s page."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "activation pending",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "activation_pending",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your Okta account is not activated yet, so Okta Verify cannot be set up."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Use the link of the newest mail only: links of older ones no longer work."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Finish the activation in the browser."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 7cfdaace-e4bceedc). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:activation_pending",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira app_state_stale 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: stale app data",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "stale app data",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "app_state_stale",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Okta refused what the app on your device remembers from an earlier set-up, so the app must forget it."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "If that fails:"
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open Okta Verify. If your account is listed there, delete it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Uninstall Okta Verify."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the device."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, cd233848-c31f210b). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:app_state_stale",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira device_deactivated 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: device deactivated",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "device deactivated",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "device_deactivated",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "This device is deactivated in Okta, which also happens to devices reported lost."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open Okta Verify. If your account is listed there, delete it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Uninstall Okta Verify."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the device."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 7ee57345-40b20aea). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:device_deactivated",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira device_jailbroken 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Security",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "jailbroken or rooted device",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "device_jailbroken",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Send this only after Security has cleared the user and you have verified who asks.",
       "marks": [
        {
         "type": "strong"
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "This device is jailbroken or rooted, and Okta Verify does not support that. Nothing on the server can repair it."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify anew."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, d493f58e-3940a593). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:device_jailbroken",
   "state:with_person",
   "severity:security"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira device_replaced 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: new or restored device",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "new or restored device",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "device_replaced",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Okta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open Okta Verify. If your account is listed there, delete it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Uninstall Okta Verify."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the device."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, aac8e9f8-def3ff1a). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:device_replaced",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira device_suspended 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: device suspended",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "device suspended",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "device_suspended",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your company has suspended this device in Okta. Setting up Okta Verify again does not lift that."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Wait for word from the service desk, and use another sign-in method or device until then."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, ee4f30e6-a4825cfc). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:device_suspended",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira enrollment_orphaned 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "unfinished enrollment in the way",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "enrollment_orphaned",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "An earlier set-up of Okta Verify was never finished and stands in the way."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open Okta Verify. If your account is listed there, delete it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Uninstall Okta Verify."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the device."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, f87862e1-0b373e65). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:enrollment_orphaned",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira iphone15_ios17 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "iPhone 15 on iOS 17",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "iphone15_ios17",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Okta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Update iOS: Settings > General > Software Update."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Update Okta Verify in the App Store."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the phone."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "If that fails:"
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Open Okta Verify. If your account is listed there, delete it."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Uninstall Okta Verify."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Restart the phone."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the phone set its clock: Settings > General > Date & Time > Set Automatically."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Install the newest Okta Verify from the App Store."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 0df05a67-55435bf4). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:iphone15_ios17",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira password_expired 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: password expired",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Have the user sign in with a browser and change the password. Nothing is to be written in Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "password expired",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "password_expired",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Your Okta password has expired, so Okta Verify cannot be set up."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in to Okta in a browser and choose a new password when asked."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 3d9541b0-6e31da17). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:password_expired",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira policy_denied 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: refused by policy",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "refused by policy",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "policy_denied",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "A rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 5bdf52fe-a2f4e6ff). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:policy_denied",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira sign_in_blocked 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "sign-in blocked from unknown devices",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "sign_in_blocked",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Okta blocks sign-in to your account from devices it does not know."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If somebody else may have tried to sign in as you, tell the service desk at once."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, b7939fe8-6720da6c). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:sign_in_blocked",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > jira > jira unknown 1`] = `
{
 "fields": {
  "customfield_7": "identity",
  "project": {
   "key": "OPS"
  },
  "issuetype": {
   "name": "Task"
  },
  "summary": "Okta Verify enrollment failed for anna@example.com: cause not known",
  "description": {
   "version": 1,
   "type": "doc",
   "content": [
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What happened"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Anna Example",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": " (login "
      },
      {
       "type": "text",
       "text": "anna@example.com",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", id "
      },
      {
       "type": "text",
       "text": "00uAnna",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ") has trouble with Okta Verify; no event says more."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What to do next"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Queue: "
      },
      {
       "type": "text",
       "text": "Identity team",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": ". Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Why"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Cause: "
      },
      {
       "type": "text",
       "text": "cause not known",
       "marks": [
        {
         "type": "strong"
        }
       ]
      },
      {
       "type": "text",
       "text": " ("
      },
      {
       "type": "text",
       "text": "unknown",
       "marks": [
        {
         "type": "code"
        }
       ]
      },
      {
       "type": "text",
       "text": ", confidence high)."
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "a fact that points to it"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Rule "
          },
          {
           "type": "text",
           "text": "suspended",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " (propose) matched: a person suspended the account"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "What was done"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Nothing was written to Okta."
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Steps for the user"
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "We could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers."
      }
     ]
    },
    {
     "type": "orderedList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Let the device set its clock: turn on automatic date and time in its settings."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support."
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Evidence"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Status "
          },
          {
           "type": "text",
           "text": "ACTIVE",
           "marks": [
            {
             "type": "code"
            }
           ]
          },
          {
           "type": "text",
           "text": " since 2026-06-15 11:00 UTC; account from "
          },
          {
           "type": "text",
           "text": "OKTA",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Last sign-in never; password changed never"
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No device is on record for this user."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "No Okta Verify factor is listed. Okta may hide some from us."
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "User risk "
          },
          {
           "type": "text",
           "text": "LOW",
           "marks": [
            {
             "type": "code"
            }
           ]
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "heading",
     "attrs": {
      "level": 3
     },
     "content": [
      {
       "type": "text",
       "text": "Links"
      }
     ]
    },
    {
     "type": "bulletList",
     "content": [
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "Case RE-Anna in Reenroll",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://ops.example.com/cases/RE-Anna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "The user in the Okta Admin Console",
           "marks": [
            {
             "type": "link",
             "attrs": {
              "href": "https://acme-admin.okta.com/admin/user/profile/view/00uAnna"
             }
            }
           ]
          }
         ]
        }
       ]
      },
      {
       "type": "listItem",
       "content": [
        {
         "type": "paragraph",
         "content": [
          {
           "type": "text",
           "text": "For Okta Support, event ids: none"
          }
         ]
        }
       ]
      }
     ]
    },
    {
     "type": "paragraph",
     "content": [
      {
       "type": "text",
       "text": "Reenroll keeps this text up to date (RE-Anna, 52991c93-b21a9b22). Text that you edit above is left alone from then on."
      }
     ]
    }
   ]
  },
  "labels": [
   "reenroll",
   "reenroll-RE-Anna",
   "cause:unknown",
   "state:with_person",
   "severity:normal"
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty account_deactivated 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
  "source": "Okta",
  "severity": "critical",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_deactivated",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Security. Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree.\\n\\nWhy\\n\\nCause: account deactivated (account_deactivated, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nThe account is deactivated. Send no steps: the attempt may come from somebody who has left.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty account_locked_out 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: account locked out",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_locked_out",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: account locked out (account_locked_out, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is locked after too many failed sign-ins.\\n\\n1. If those sign-ins were not yours, tell the service desk at once.\\n2. Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty account_recovery 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_recovery",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: password reset unfinished (account_recovery, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nA password reset of your Okta account is not finished, so Okta Verify cannot be set up.\\n\\n1. If you did not ask for a reset, tell the service desk at once and go no further.\\n2. Finish the reset with the newest mail from Okta.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty account_staged 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: account not started",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_staged",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. The account waits for its start. Check the start date with HR before anybody activates it.\\n\\nWhy\\n\\nCause: account not started (account_staged, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account has been created but not started yet, so Okta Verify cannot be set up.\\n\\n1. Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty account_suspended 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: account suspended",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "account_suspended",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.\\n\\nWhy\\n\\nCause: account suspended (account_suspended, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty activation_pending 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: activation pending",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "activation_pending",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check that the address on file is right, then resend the activation mail from the user’s page.\\n\\nWhy\\n\\nCause: activation pending (activation_pending, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is not activated yet, so Okta Verify cannot be set up.\\n\\n1. Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.\\n2. Use the link of the newest mail only: links of older ones no longer work.\\n3. Finish the activation in the browser.\\n4. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty app_state_stale 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: stale app data",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "app_state_stale",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it.\\n\\nWhy\\n\\nCause: stale app data (app_state_stale, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta refused what the app on your device remembers from an earlier set-up, so the app must forget it.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty device_deactivated 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: device deactivated",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "device_deactivated",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh.\\n\\nWhy\\n\\nCause: device deactivated (device_deactivated, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nThis device is deactivated in Okta, which also happens to devices reported lost.\\n\\n1. Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.\\n2. Open Okta Verify. If your account is listed there, delete it.\\n3. Uninstall Okta Verify.\\n4. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n5. Restart the device.\\n6. Let the device set its clock: turn on automatic date and time in its settings.\\n7. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n8. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty device_jailbroken 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
  "source": "Okta",
  "severity": "critical",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "device_jailbroken",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Security. Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair.\\n\\nWhy\\n\\nCause: jailbroken or rooted device (device_jailbroken, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nSend this only after Security has cleared the user and you have verified who asks.\\n\\nThis device is jailbroken or rooted, and Okta Verify does not support that. Nothing on the server can repair it.\\n\\n1. Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify anew.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty device_replaced 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: new or restored device",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "device_replaced",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it.\\n\\nWhy\\n\\nCause: new or restored device (device_replaced, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty device_suspended 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: device suspended",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "device_suspended",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.\\n\\nWhy\\n\\nCause: device suspended (device_suspended, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour company has suspended this device in Okta. Setting up Okta Verify again does not lift that.\\n\\n1. Wait for word from the service desk, and use another sign-in method or device until then.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty enrollment_orphaned 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "enrollment_orphaned",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go.\\n\\nWhy\\n\\nCause: unfinished enrollment in the way (enrollment_orphaned, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nAn earlier set-up of Okta Verify was never finished and stands in the way.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty iphone15_ios17 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "iphone15_ios17",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support.\\n\\nWhy\\n\\nCause: iPhone 15 on iOS 17 (iphone15_ios17, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.\\n\\n1. Update iOS: Settings > General > Software Update.\\n2. Update Okta Verify in the App Store.\\n3. Restart the phone.\\n4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the phone.\\n5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.\\n6. Install the newest Okta Verify from the App Store.\\n7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty password_expired 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: password expired",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "password_expired",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Have the user sign in with a browser and change the password. Nothing is to be written in Okta.\\n\\nWhy\\n\\nCause: password expired (password_expired, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta password has expired, so Okta Verify cannot be set up.\\n\\n1. Sign in to Okta in a browser and choose a new password when asked.\\n2. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty policy_denied 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: refused by policy",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "policy_denied",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device.\\n\\nWhy\\n\\nCause: refused by policy (policy_denied, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nA rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.\\n\\n1. Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty sign_in_blocked 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "sign_in_blocked",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: sign-in blocked from unknown devices (sign_in_blocked, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta blocks sign-in to your account from devices it does not know.\\n\\n1. If somebody else may have tried to sign in as you, tell the service desk at once.\\n2. Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > pagerduty > pagerduty unknown 1`] = `
{
 "routing_key": "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
 "event_action": "trigger",
 "dedup_key": "RE-Anna",
 "client": "Reenroll",
 "client_url": "https://ops.example.com/cases/RE-Anna",
 "links": [
  {
   "href": "https://ops.example.com/cases/RE-Anna",
   "text": "Case RE-Anna in Reenroll"
  }
 ],
 "payload": {
  "summary": "Okta Verify enrollment failed for anna@example.com: cause not known",
  "source": "Okta",
  "severity": "warning",
  "timestamp": "2026-06-15T12:00:00.000Z",
  "component": "Okta Verify",
  "group": "reenroll",
  "class": "unknown",
  "custom_details": {
   "text": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support.\\n\\nWhy\\n\\nCause: cause not known (unknown, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nWe could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n4. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none",
   "news": [
    "2026-06-15 12:00 UTC: A failed enrollment opened the case."
   ],
   "story": 1
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow account_deactivated 1`] = `
{
 "urgency": "1",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Security. Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree.\\n\\nWhy\\n\\nCause: account deactivated (account_deactivated, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nThe account is deactivated. Send no steps: the attempt may come from somebody who has left.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 1e37a554-adf05650). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow account_locked_out 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: account locked out",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: account locked out (account_locked_out, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is locked after too many failed sign-ins.\\n\\n1. If those sign-ins were not yours, tell the service desk at once.\\n2. Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 4877f242-b05abd8f). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow account_recovery 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: password reset unfinished (account_recovery, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nA password reset of your Okta account is not finished, so Okta Verify cannot be set up.\\n\\n1. If you did not ask for a reset, tell the service desk at once and go no further.\\n2. Finish the reset with the newest mail from Okta.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 91b06013-a6bca34f). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow account_staged 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: account not started",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. The account waits for its start. Check the start date with HR before anybody activates it.\\n\\nWhy\\n\\nCause: account not started (account_staged, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account has been created but not started yet, so Okta Verify cannot be set up.\\n\\n1. Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 6ebba2f0-98148c56). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow account_suspended 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: account suspended",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.\\n\\nWhy\\n\\nCause: account suspended (account_suspended, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 3b60fb33-28ded304). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow activation_pending 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: activation pending",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check that the address on file is right, then resend the activation mail from the user’s page.\\n\\nWhy\\n\\nCause: activation pending (activation_pending, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta account is not activated yet, so Okta Verify cannot be set up.\\n\\n1. Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.\\n2. Use the link of the newest mail only: links of older ones no longer work.\\n3. Finish the activation in the browser.\\n4. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, ba5f1ba6-e4bceedc). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow app_state_stale 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: stale app data",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it.\\n\\nWhy\\n\\nCause: stale app data (app_state_stale, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta refused what the app on your device remembers from an earlier set-up, so the app must forget it.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 5cc8750d-c31f210b). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow device_deactivated 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: device deactivated",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh.\\n\\nWhy\\n\\nCause: device deactivated (device_deactivated, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nThis device is deactivated in Okta, which also happens to devices reported lost.\\n\\n1. Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.\\n2. Open Okta Verify. If your account is listed there, delete it.\\n3. Uninstall Okta Verify.\\n4. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n5. Restart the device.\\n6. Let the device set its clock: turn on automatic date and time in its settings.\\n7. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n8. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 949afc33-40b20aea). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow device_jailbroken 1`] = `
{
 "urgency": "1",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Security. Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair.\\n\\nWhy\\n\\nCause: jailbroken or rooted device (device_jailbroken, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nSend this only after Security has cleared the user and you have verified who asks.\\n\\nThis device is jailbroken or rooted, and Okta Verify does not support that. Nothing on the server can repair it.\\n\\n1. Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify anew.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 84fd82b0-3940a593). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow device_replaced 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: new or restored device",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it.\\n\\nWhy\\n\\nCause: new or restored device (device_replaced, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 6582deea-def3ff1a). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow device_suspended 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: device suspended",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.\\n\\nWhy\\n\\nCause: device suspended (device_suspended, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour company has suspended this device in Okta. Setting up Okta Verify again does not lift that.\\n\\n1. Wait for word from the service desk, and use another sign-in method or device until then.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, e872ba97-a4825cfc). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow enrollment_orphaned 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go.\\n\\nWhy\\n\\nCause: unfinished enrollment in the way (enrollment_orphaned, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nAn earlier set-up of Okta Verify was never finished and stands in the way.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, def17e6a-0b373e65). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow iphone15_ios17 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support.\\n\\nWhy\\n\\nCause: iPhone 15 on iOS 17 (iphone15_ios17, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.\\n\\n1. Update iOS: Settings > General > Software Update.\\n2. Update Okta Verify in the App Store.\\n3. Restart the phone.\\n4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the phone.\\n5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.\\n6. Install the newest Okta Verify from the App Store.\\n7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, f179a3bd-55435bf4). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow password_expired 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: password expired",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Have the user sign in with a browser and change the password. Nothing is to be written in Okta.\\n\\nWhy\\n\\nCause: password expired (password_expired, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nYour Okta password has expired, so Okta Verify cannot be set up.\\n\\n1. Sign in to Okta in a browser and choose a new password when asked.\\n2. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, cd7ba2e9-6e31da17). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow policy_denied 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: refused by policy",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device.\\n\\nWhy\\n\\nCause: refused by policy (policy_denied, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nA rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.\\n\\n1. Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 861b3ecf-a2f4e6ff). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow sign_in_blocked 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.\\n\\nWhy\\n\\nCause: sign-in blocked from unknown devices (sign_in_blocked, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nOkta blocks sign-in to your account from devices it does not know.\\n\\n1. If somebody else may have tried to sign in as you, tell the service desk at once.\\n2. Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, 8b815e8d-6720da6c). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > servicenow > servicenow unknown 1`] = `
{
 "urgency": "3",
 "correlation_id": "RE-Anna",
 "correlation_display": "Reenroll",
 "short_description": "Okta Verify enrollment failed for anna@example.com: cause not known",
 "description": "What happened\\n\\nAnna Example (login anna@example.com, id 00uAnna) has trouble with Okta Verify; no event says more.\\n\\nWhat to do next\\n\\nQueue: Identity team. Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support.\\n\\nWhy\\n\\nCause: cause not known (unknown, confidence high).\\n\\n• a fact that points to it\\n• Rule suspended (propose) matched: a person suspended the account\\n\\nWhat was done\\n\\nNothing was written to Okta.\\n\\nSteps for the user\\n\\nWe could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n4. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\nEvidence\\n\\n• Status ACTIVE since 2026-06-15 11:00 UTC; account from OKTA\\n• Last sign-in never; password changed never\\n• No device is on record for this user.\\n• No Okta Verify factor is listed. Okta may hide some from us.\\n• User risk LOW\\n\\nLinks\\n\\n• Case RE-Anna in Reenroll: https://ops.example.com/cases/RE-Anna\\n• The user in the Okta Admin Console: https://acme-admin.okta.com/admin/user/profile/view/00uAnna\\n• For Okta Support, event ids: none\\n\\nReenroll keeps this text up to date (RE-Anna, ee074372-b21a9b22). Text that you edit above is left alone from then on."
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack account_deactivated 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Security*. Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *account deactivated* (\`account_deactivated\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack account_locked_out 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: account locked out",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: account locked out",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *account locked out* (\`account_locked_out\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack account_recovery 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *password reset unfinished* (\`account_recovery\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack account_staged 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: account not started",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: account not started",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. The account waits for its start. Check the start date with HR before anybody activates it."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *account not started* (\`account_staged\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack account_suspended 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: account suspended",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: account suspended",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *account suspended* (\`account_suspended\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack activation_pending 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: activation pending",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: activation pending",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Check that the address on file is right, then resend the activation mail from the user’s page."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *activation pending* (\`activation_pending\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack app_state_stale 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: stale app data",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: stale app data",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *stale app data* (\`app_state_stale\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack device_deactivated 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: device deactivated",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: device deactivated",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory &gt; Devices, and have the user start afresh."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *device deactivated* (\`device_deactivated\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack device_jailbroken 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Security*. Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *jailbroken or rooted device* (\`device_jailbroken\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack device_replaced 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: new or restored device",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: new or restored device",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *new or restored device* (\`device_replaced\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack device_suspended 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: device suspended",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: device suspended",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory &gt; Devices."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *device suspended* (\`device_suspended\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack enrollment_orphaned 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *unfinished enrollment in the way* (\`enrollment_orphaned\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack iphone15_ios17 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *iPhone 15 on iOS 17* (\`iphone15_ios17\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack password_expired 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: password expired",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: password expired",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Have the user sign in with a browser and change the password. Nothing is to be written in Okta."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *password expired* (\`password_expired\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack policy_denied 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: refused by policy",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: refused by policy",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *refused by policy* (\`policy_denied\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack sign_in_blocked 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *sign-in blocked from unknown devices* (\`sign_in_blocked\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > slack > slack unknown 1`] = `
{
 "channel": "C0123456789",
 "unfurl_links": "false",
 "text": "Okta Verify enrollment failed for anna@example.com: cause not known",
 "blocks": [
  {
   "type": "header",
   "text": {
    "type": "plain_text",
    "text": "Okta Verify enrollment failed for anna@example.com: cause not known",
    "emoji": false
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What happened*\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What to do next*\\n\\nQueue: *Identity team*. Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support."
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*Why*\\n\\nCause: *cause not known* (\`unknown\`, confidence high).\\n\\n• a fact that points to it\\n• Rule \`suspended\` (propose) matched: a person suspended the account"
   }
  },
  {
   "type": "section",
   "text": {
    "type": "mrkdwn",
    "text": "*What was done*\\n\\nNothing was written to Okta."
   }
  },
  {
   "type": "actions",
   "elements": [
    {
     "type": "button",
     "text": {
      "type": "plain_text",
      "text": "Open RE-Anna"
     },
     "url": "https://ops.example.com/cases/RE-Anna",
     "action_id": "reenroll_open"
    }
   ]
  }
 ],
 "metadata": {
  "event_type": "reenroll_case",
  "event_payload": {
   "case_id": "RE-Anna"
  }
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook account_deactivated 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "[Security] Okta Verify enrollment failed for anna@example.com: account deactivated",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Security**. Find out who tried to enroll for an account that is deactivated or gone. Do not activate it before Identity and HR agree.\\n\\n## Why\\n\\nCause: **account deactivated** (\`account_deactivated\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nThe account is deactivated. Send no steps: the attempt may come from somebody who has left.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "security",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:account_deactivated",
   "state:with_person",
   "severity:security"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook account_locked_out 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: account locked out",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check with the user whether the failed sign-ins were theirs. If so, let the lock run out or unlock the account; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **account locked out** (\`account_locked_out\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is locked after too many failed sign-ins.\\n\\n1. If those sign-ins were not yours, tell the service desk at once.\\n2. Wait until the lock ends by itself, or use “Unlock account” on the sign-in page if your company offers it.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:account_locked_out",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook account_recovery 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: password reset unfinished",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Ask the user whether they asked for the reset. If so, have them finish it; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **password reset unfinished** (\`account_recovery\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nA password reset of your Okta account is not finished, so Okta Verify cannot be set up.\\n\\n1. If you did not ask for a reset, tell the service desk at once and go no further.\\n2. Finish the reset with the newest mail from Okta.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:account_recovery",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook account_staged 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: account not started",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. The account waits for its start. Check the start date with HR before anybody activates it.\\n\\n## Why\\n\\nCause: **account not started** (\`account_staged\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account has been created but not started yet, so Okta Verify cannot be set up.\\n\\n1. Ask your manager or the onboarding team when the account starts. There is nothing to do on your device until then.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:account_staged",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook account_suspended 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: account suspended",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Find out why the account was suspended, from whoever did it. If the reason is gone, unsuspend it: in the Admin Console the button is called Activate. If nobody knows the reason, ask Security.\\n\\n## Why\\n\\nCause: **account suspended** (\`account_suspended\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is suspended, and Okta Verify cannot be set up until that is lifted.\\n\\n1. Wait for word from the service desk. Nothing on your device is wrong; there is no need to reinstall anything.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:account_suspended",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook activation_pending 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: activation pending",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check that the address on file is right, then resend the activation mail from the user’s page.\\n\\n## Why\\n\\nCause: **activation pending** (\`activation_pending\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta account is not activated yet, so Okta Verify cannot be set up.\\n\\n1. Open the newest activation mail from Okta. If it is gone or its link has expired, ask the service desk for another.\\n2. Use the link of the newest mail only: links of older ones no longer work.\\n3. Finish the activation in the browser.\\n4. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:activation_pending",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook app_state_stale 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: stale app data",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. A backup restored to the phone cannot be seen from Okta, so ask the user about it.\\n\\n## Why\\n\\nCause: **stale app data** (\`app_state_stale\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta refused what the app on your device remembers from an earlier set-up, so the app must forget it.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:app_state_stale",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook device_deactivated 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: device deactivated",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Make sure the device is not reported lost or stolen. Then activate and delete its record under Directory > Devices, and have the user start afresh.\\n\\n## Why\\n\\nCause: **device deactivated** (\`device_deactivated\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nThis device is deactivated in Okta, which also happens to devices reported lost.\\n\\n1. Tell the service desk that the device is in your hands, and wait for their go-ahead before you continue.\\n2. Open Okta Verify. If your account is listed there, delete it.\\n3. Uninstall Okta Verify.\\n4. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n5. Restart the device.\\n6. Let the device set its clock: turn on automatic date and time in its settings.\\n7. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n8. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:device_deactivated",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook device_jailbroken 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "[Security] Okta Verify enrollment failed for anna@example.com: jailbroken or rooted device",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Security**. Tell the user that the device is not supported, and let Security decide about its access. There is nothing to repair.\\n\\n## Why\\n\\nCause: **jailbroken or rooted device** (\`device_jailbroken\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\n**Send this only after Security has cleared the user and you have verified who asks.**\\n\\nThis device is jailbroken or rooted, and Okta Verify does not support that. Nothing on the server can repair it.\\n\\n1. Use another device, or have this one put back to its maker’s original software, and then set up Okta Verify anew.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "security",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:device_jailbroken",
   "state:with_person",
   "severity:security"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook device_replaced 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: new or restored device",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Verify the person’s identity. A user with another strong method can remove the old enrollment alone; otherwise remove it for them. All Okta Verify methods on all devices go with it.\\n\\n## Why\\n\\nCause: **new or restored device** (\`device_replaced\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta Verify is tied to the device it was set up on. A new device, or one restored from a backup, must be set up again.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:device_replaced",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook device_suspended 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: device suspended",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Find out why the device was suspended. The user cannot lift that by enrolling. If the reason is gone, unsuspend it under Directory > Devices.\\n\\n## Why\\n\\nCause: **device suspended** (\`device_suspended\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour company has suspended this device in Okta. Setting up Okta Verify again does not lift that.\\n\\n1. Wait for word from the service desk, and use another sign-in method or device until then.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:device_suspended",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook enrollment_orphaned 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: unfinished enrollment in the way",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Remove the Okta Verify enrollment from the user’s page, then send the steps below. Check first that no Okta Verify method is active: all of them go.\\n\\n## Why\\n\\nCause: **unfinished enrollment in the way** (\`enrollment_orphaned\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nAn earlier set-up of Okta Verify was never finished and stands in the way.\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the device.\\n5. Let the device set its clock: turn on automatic date and time in its settings.\\n6. Install the newest Okta Verify: on a phone from the App Store or Google Play, on a computer from your company’s software portal.\\n7. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:enrollment_orphaned",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook iphone15_ios17 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: iPhone 15 on iOS 17",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. Okta’s article names this as a known issue and gives no cure; if they fail, open a case with Okta Support.\\n\\n## Why\\n\\nCause: **iPhone 15 on iOS 17** (\`iphone15_ios17\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta knows of an enrollment problem on iPhone 15 with iOS 17 and publishes no cure of its own. Current software comes first, then a fresh start.\\n\\n1. Update iOS: Settings > General > Software Update.\\n2. Update Okta Verify in the App Store.\\n3. Restart the phone.\\n4. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n\\nIf that fails:\\n\\n1. Open Okta Verify. If your account is listed there, delete it.\\n2. Uninstall Okta Verify.\\n3. Sign in to Okta in a browser with another security method, open Settings, find Okta Verify under Security Methods and remove it. This removes it for all your devices. If you have no other method, stop here and tell the service desk.\\n4. Restart the phone.\\n5. Let the phone set its clock: Settings > General > Date & Time > Set Automatically.\\n6. Install the newest Okta Verify from the App Store.\\n7. Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works.\\n8. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:iphone15_ios17",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook password_expired 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: password expired",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Have the user sign in with a browser and change the password. Nothing is to be written in Okta.\\n\\n## Why\\n\\nCause: **password expired** (\`password_expired\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nYour Okta password has expired, so Okta Verify cannot be set up.\\n\\n1. Sign in to Okta in a browser and choose a new password when asked.\\n2. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:password_expired",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook policy_denied 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: refused by policy",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Look up which policy rule refused the enrollment (Okta account management policy, sign-on or device assurance) and whether it should apply to this user and device.\\n\\n## Why\\n\\nCause: **refused by policy** (\`policy_denied\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nA rule of your company refused the set-up of Okta Verify on this device or from this place. Reinstalling does not help.\\n\\n1. Tell the service desk which device you use, whether it is a company device, and where you are. They check the rule.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:policy_denied",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook sign_in_blocked 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: sign-in blocked from unknown devices",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Check with the user whether the attempts were theirs. If so, unlock the account; if not, hand the ticket to Security.\\n\\n## Why\\n\\nCause: **sign-in blocked from unknown devices** (\`sign_in_blocked\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nOkta blocks sign-in to your account from devices it does not know.\\n\\n1. If somebody else may have tried to sign in as you, tell the service desk at once.\\n2. Sign in from a device and browser that you have used with Okta before, or wait for the service desk to lift the block.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:sign_in_blocked",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`

exports[`test/ticket/draft/content.test.ts > TAP > webhook > webhook unknown 1`] = `
{
 "type": "case.opened",
 "timestamp": "2026-06-15T12:00:00.000Z",
 "data": {
  "case_id": "RE-Anna",
  "story": 1,
  "opened_at": "2026-06-15T12:00:00.000Z",
  "title": "Okta Verify enrollment failed for anna@example.com: cause not known",
  "text": "## What happened\\n\\n\`Anna Example\` (login \`anna@example.com\`, id \`00uAnna\`) has trouble with Okta Verify; no event says more.\\n\\n## What to do next\\n\\nQueue: **Identity team**. Send the steps below. If they fail, collect the Okta Verify log and open a case with Okta Support.\\n\\n## Why\\n\\nCause: **cause not known** (\`unknown\`, confidence high).\\n\\n- a fact that points to it\\n- Rule \`suspended\` (propose) matched: a person suspended the account\\n\\n## What was done\\n\\nNothing was written to Okta.\\n\\n## Steps for the user\\n\\nWe could not see why the set-up of Okta Verify failed. These steps clear the usual leftovers.\\n\\n1. On a phone: open the phone’s Settings, choose Okta Verify, then Clear Account History. Careful: this clears every account in Okta Verify on this phone, those of other companies too; each must be set up again. If the entry is not there, go on with the next step.\\n2. Let the device set its clock: turn on automatic date and time in its settings.\\n3. On a phone: Sign in to Okta in a browser on a computer, start the set-up of Okta Verify, and scan the new QR code with the app. A code shown earlier no longer works. On a computer: Open Okta Verify, add an account, enter your company’s Okta address and sign in.\\n4. If it fails again: in Okta Verify use Report an Issue, or send the app’s logs, and tell the service desk the time and the error text you saw. They open a case with Okta Support.\\n\\n## Evidence\\n\\n- Status \`ACTIVE\` since 2026-06-15 11:00 UTC; account from \`OKTA\`\\n- Last sign-in never; password changed never\\n- No device is on record for this user.\\n- No Okta Verify factor is listed. Okta may hide some from us.\\n- User risk \`LOW\`\\n\\n## Links\\n\\n- [Case RE-Anna in Reenroll](https://ops.example.com/cases/RE-Anna)\\n- [The user in the Okta Admin Console](https://acme-admin.okta.com/admin/user/profile/view/00uAnna)\\n- For Okta Support, event ids: none\\n",
  "severity": "normal",
  "labels": [
   "reenroll",
   "case:RE-Anna",
   "cause:unknown",
   "state:with_person",
   "severity:normal"
  ],
  "url": "https://ops.example.com/cases/RE-Anna",
  "news": [
   "2026-06-15 12:00 UTC: A failed enrollment opened the case."
  ]
 }
}
`
