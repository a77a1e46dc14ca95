/**
 * What Reenroll reads of Okta and nobody has seen in a real org, a recording or a description. `doctor` and
 * `deploy/okta-setup.md` name it; the fields with a source are in `test/okta/recorded/fields.ts`. Data.
 */

export interface GuessedField {
  /** The object and the path in it. A path with a value (`= "…"`) is about that value alone. */
  readonly field: string
  readonly readFor: string
  readonly findOut: string
}

/** The heaviest first. */
export const GUESSED_FIELDS: readonly GuessedField[] = [
  {
    field: 'event: eventType = "user.mfa.factor.activate" with outcome.result = "FAILURE"',
    readFor: 'that a failed enrollment brings an event at all',
    findOut:
      'Scan a QR code that has expired, then run `npx reenroll discover`. Until then help-desk reports are the main way in.'
  },
  {
    field: 'event: eventType = "device.enrollment.create" with outcome.result = "SUCCESS"',
    readFor: 'that an enrollment is finished, when the event does not name the status of the device',
    findOut:
      'Enroll a phone, and look at `deviceStatus` among the targets of the event in the System Log. The one capture names it.'
  },
  {
    field: 'event: outcome.reason = "INVALID_TOKEN"',
    readFor: 'high confidence in a failure',
    findOut: 'Read the reason of the events that `discover` shows, and set `classifier.invalidTokenTexts` by it.'
  },
  {
    field: 'event: target[].type = "UDDevice"',
    readFor: 'which target is the device',
    findOut:
      'Look at the targets of a `device.enrollment.create` in the System Log. A target with a platform counts too.'
  },
  {
    field: 'event: device.serial_number',
    readFor: 'which device',
    findOut: 'Look for a serial number under `device` in the System Log. Without one the device id is used.'
  },
  {
    field: 'event: device.serialNumber',
    readFor: 'the same in the other spelling',
    findOut: 'As `device.serial_number`.'
  },
  {
    field: 'event: debugContext.debugData.authenticatorKey',
    readFor: 'whether it is Okta Verify',
    findOut: 'Look for the key in an event of an enrollment. Targets, factor and reason are read too.'
  },
  {
    field: 'event: debugContext.debugData.requestUri = "/idp/authenticators"',
    readFor: 'that an event of the app’s request names it',
    findOut:
      'Compare with the log of Okta Verify (Send feedback). The path is a weak hint that any named target overrides.'
  }
]
