/**
 * The log entries that a try to enroll Okta Verify leaves, in the shapes of the composed samples: facts §1.2, §2.2.
 * That a failed try leaves any of them is an assumption of the whole product (facts §0.1).
 */
import type { Instant } from '../domain/vocabulary.ts'
import type { EventSeed, Network, Phone } from './org/log-event.ts'
import { clientOf, oddContext, securityContextOf } from './org/log-event.ts'
import type { SandboxDevice } from './org/model.ts'
import type { Org } from './org/org.ts'

/**
 * Which of the candidate events (facts §2.1) the try leaves; `sparse` is the old, nearly empty form, `odd` a full one with
 * nested nulls and with numbers as text (facts §1.2, tolerances).
 */
export type AttemptShape = 'factor_activate' | 'device_enrollment' | 'device_user' | 'sparse' | 'odd'

/** What Okta's behavior detection and risk engine add to an event; without it they are silent. */
export interface Judgement {
  readonly risk?: 'LOW' | 'MEDIUM' | 'HIGH'
  /** `NEGATIVE`: an evaluated, usual place and device. `POSITIVE`: a new country and device. */
  readonly behaviors?: 'NEGATIVE' | 'POSITIVE'
  /** ThreatInsight suspected the request. */
  readonly threat?: boolean
}

/** One try, as the log is to tell it. */
export interface Attempt {
  readonly shape: AttemptShape
  readonly user: EventParty
  /** Who acted; the user, unless somebody did it for them. */
  readonly actor: EventParty
  readonly outcome: { readonly result: string; readonly reason: string | null }
  readonly phone: Phone
  readonly network: Network
  readonly device: SandboxDevice | null
  readonly published: Instant
  readonly judgement: Judgement
}

/** Actor or target of an event. */
export interface EventParty {
  readonly id: string
  readonly type: string
  readonly alternateId: string
  readonly displayName: string
  readonly detailEntry?: null
}

/** Where the app sends its enrollment (facts §2.2). */
const ENROLLMENT_URI = '/idp/authenticators'

/** The entry, ready to be recorded. */
export function attemptEvent(org: Org, attempt: Attempt): EventSeed {
  if (attempt.shape === 'sparse') return sparseEvent(attempt)
  return attempt.shape === 'odd' ? oddEvent(org, attempt) : fullEvent(org, attempt)
}

const TYPES: Readonly<Record<AttemptShape, string>> = {
  factor_activate: 'user.mfa.factor.activate',
  device_enrollment: 'device.enrollment.create',
  device_user: 'device.user.add',
  sparse: 'user.mfa.factor.activate',
  odd: 'user.mfa.factor.activate'
}

function fullEvent(org: Org, attempt: Attempt): EventSeed {
  const { network, phone, shape } = attempt
  const transactionId = hexId(org)
  return {
    eventType: TYPES[shape],
    published: attempt.published,
    outcome: attempt.outcome,
    client: clientOf(network, phone),
    device: deviceContext(phone, attempt.device),
    actor: { ...attempt.actor, detailEntry: null },
    target: targets(org, attempt),
    transaction: { type: 'WEB', id: transactionId, detail: {} },
    debugContext: { debugData: debugData(org, attempt, transactionId) },
    legacyEventType: shape === 'factor_activate' ? 'core.user.factor.activate' : null,
    authenticationContext: authenticationContext(`idx${transactionId.slice(0, 22)}`),
    securityContext: securityContextOf(network, attempt.judgement),
    insertionTimestamp: null
  }
}

function oddEvent(org: Org, attempt: Attempt): EventSeed {
  const { network, phone, judgement } = attempt
  const numbersAsText = { asNumber: String(network.asNumber), isp: null }
  return {
    ...fullEvent(org, { ...attempt, shape: 'factor_activate' }),
    ...oddContext(network, phone),
    securityContext: { ...securityContextOf(network, judgement), ...numbersAsText }
  }
}

/** As captured in 2019: a User target only, Okta itself as actor, no client, device or security context. */
function sparseEvent(attempt: Attempt): EventSeed {
  const { id, type, alternateId, displayName } = attempt.user
  return {
    eventType: TYPES.sparse,
    published: attempt.published,
    displayMessage: 'Activate factor for user',
    severity: 'INFO',
    client: { ipChain: [] },
    device: undefined,
    actor: {
      id: 'sprlegacysystem000d7',
      type: 'SystemPrincipal',
      alternateId: 'system@okta.com',
      displayName: 'Okta System'
    },
    outcome: attempt.outcome,
    target: [{ id, type, alternateId, displayName }],
    transaction: { id: 'unknown', detail: {} },
    debugContext: { debugData: {} },
    legacyEventType: 'core.user.factor.activate',
    authenticationContext: { authenticationStep: 0, externalSessionId: `trs${id.slice(3)}` },
    securityContext: {},
    insertionTimestamp: undefined
  }
}

function targets(org: Org, attempt: Attempt): unknown[] {
  const user = { ...attempt.user, detailEntry: null }
  if (attempt.shape !== 'factor_activate') return [attemptedDevice(org, attempt), user]
  const enrollment = {
    id: org.ids.id('pfd'),
    type: 'AuthenticatorEnrollment',
    alternateId: 'unknown',
    displayName: 'Okta Verify',
    detailEntry: null
  }
  return [user, enrollment]
}

/**
 * The device as a target; one that Okta does not know yet gets the id it would have had. Its enrollment is logged before it
 * is active, as in the one capture (facts §2.2).
 */
function attemptedDevice(org: Org, { device, phone, shape, outcome }: Attempt) {
  const isNew = shape === 'device_enrollment' && outcome.result === 'SUCCESS'
  const id = device?.id ?? org.ids.id('guo')
  return {
    id,
    type: 'UDDevice',
    alternateId: null,
    displayName: device?.profile.displayName ?? phone.displayName,
    detailEntry: {
      oktaDeviceId: id,
      deviceStatus: isNew ? 'CREATED' : (device?.status ?? 'CREATED'),
      managed: device?.profile.managed ?? false,
      osPlatform: phone.platform,
      osVersion: phone.osVersion,
      serialNumber: device?.profile.serialNumber ?? null,
      imei: null,
      meid: null,
      udid: null
    }
  }
}

/** Filled only for a phone whose operating system was modified, as in the sample; otherwise events leave it empty. */
function deviceContext(phone: Phone, device: SandboxDevice | null) {
  if (!device?.profile.integrityJailbreak) return null
  return {
    id: device.id,
    name: phone.model,
    os_platform: phone.platform,
    os_version: phone.osVersion,
    managed: device.profile.managed ?? false,
    registered: false,
    device_integrator: null,
    disk_encryption_type: 'FULL',
    screen_lock_type: 'BIOMETRIC',
    jailbreak: true,
    secure_hardware_present: true
  }
}

/** Strings only, maps rendered in Okta's own way (facts §1.2). */
function debugData(org: Org, attempt: Attempt, requestId: string): Record<string, string> {
  const { judgement, network, shape } = attempt
  return {
    requestId,
    dtHash: hexId(org) + hexId(org),
    requestUri: ENROLLMENT_URI,
    threatSuspected: String(judgement.threat === true),
    url: `${ENROLLMENT_URI}?`,
    ...(shape === 'factor_activate' ? { factor: 'OKTA_VERIFY_PUSH' } : {}),
    ...(judgement.risk ? { risk: `{level=${judgement.risk}}` } : {}),
    ...(judgement.behaviors ? { behaviors: behaviorsText(judgement.behaviors) } : {}),
    ...(network.proxyType ? { proxyType: network.proxyType } : {})
  }
}

function behaviorsText(result: string): string {
  const names = ['New Geo-Location', 'New Device', 'New IP', 'New State', 'New Country', 'Velocity', 'New City']
  return `{${names.map((name) => `${name}=${result}`).join(', ')}}`
}

function authenticationContext(sessionId: string) {
  return {
    authenticationProvider: null,
    credentialProvider: null,
    credentialType: null,
    issuer: null,
    authenticationStep: 0,
    rootSessionId: sessionId,
    externalSessionId: sessionId,
    authenticatorContext: null,
    interface: null
  }
}

/** 32 hexadecimal digits. */
function hexId(org: Org): string {
  return org.ids.uuid().replaceAll('-', '')
}
