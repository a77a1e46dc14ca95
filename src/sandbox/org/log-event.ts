/** Fills a System Log entry up to the shape Okta gives it (facts §1.2), in the form that hooks deliver. */
import type { Instant } from '../../domain/vocabulary.ts'
import type { Caller, SandboxDevice, SandboxLogEvent, SandboxUser } from './model.ts'
import type { Ids } from './seeds.ts'

/* Networks, places and phones, as log entries describe them (facts §1.2). */

/** An internet connection. Addresses are from the documentation ranges of RFC 5737. */
export interface Network {
  readonly ip: string
  readonly asNumber: number
  readonly asOrg: string
  readonly place: Location
  readonly isProxy: boolean
  /** `debugData.proxyType`, such as `tor` (facts §6.1 G4). */
  readonly proxyType?: string
}

export interface Location {
  readonly city: string
  readonly state: string
  readonly country: string
  readonly postalCode: string
  readonly geolocation: { readonly lat: number; readonly lon: number }
}

const AUSTIN: Location = {
  city: 'Austin',
  state: 'Texas',
  country: 'United States',
  postalCode: '78701',
  geolocation: { lat: 30.27, lon: -97.74 }
}
export const AMSTERDAM: Location = {
  city: 'Amsterdam',
  state: 'North Holland',
  country: 'Netherlands',
  postalCode: '1012',
  geolocation: { lat: 52.37, lon: 4.9 }
}

/** Autonomous systems for private use start here (RFC 6996): enough for one per person. */
const FIRST_PRIVATE_AS = 64_512

/** The nth person's own line, in nobody else's network, so that storm detection never takes two of them for one. */
export function homeNetwork(nth: number, place: Location = AUSTIN): Network {
  const block = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(nth / 250) % 3] ?? '192.0.2'
  return {
    ip: `${block}.${(nth % 250) + 1}`,
    asNumber: FIRST_PRIVATE_AS + nth,
    asOrg: `example isp ${nth}`,
    place,
    isProxy: false
  }
}

/** What the app's User-Agent says of a phone or computer (facts §2.2). */
export interface Phone {
  readonly displayName: string
  readonly platform: SandboxDevice['profile']['platform']
  /** Vendor's identifier, such as `iPhone14,5`. */
  readonly model: string
  readonly osVersion: string
  readonly manufacturer: string
}

export const IPHONE: Phone = {
  displayName: 'iPhone',
  platform: 'IOS',
  model: 'iPhone14,5',
  osVersion: '18.5',
  manufacturer: 'APPLE'
}
export const NEW_IPHONE: Phone = { ...IPHONE, displayName: 'New iPhone', model: 'iPhone17,1' }
export const IPHONE_15_IOS_17: Phone = { ...IPHONE, model: 'iPhone15,4', osVersion: '17.0.3' }
export const PIXEL: Phone = {
  displayName: 'Pixel 8',
  platform: 'ANDROID',
  model: 'Pixel 8',
  osVersion: '15',
  manufacturer: 'Google'
}

export const MACBOOK: Phone = {
  displayName: 'MacBook Pro',
  platform: 'MACOS',
  model: 'Mac15,6',
  osVersion: '14.2.1',
  manufacturer: 'APPLE'
}
export const THINKPAD: Phone = {
  displayName: 'ThinkPad',
  platform: 'WINDOWS',
  model: '20XW004AUS',
  osVersion: '10.0.22621.525',
  manufacturer: 'LENOVO'
}

/** The maker as Windows reports it: with a dot, and cut after 28 characters (facts §11). */
export const DESKTOP_PC: Phone = {
  ...THINKPAD,
  displayName: 'Desktop PC',
  model: 'MS-7B51',
  manufacturer: 'Micro-Star International Co., L'
}

const APPLE_APP_VERSION = '9.56.1'
/** Apps on iOS and macOS append the id of their installation (okta-devices-swift, UserAgent.swift); replaced. */
const APP_INSTANCE_ID = '00000000-0000-4000-8000-00000000A11C'

/** User-Agents of Okta Verify as public captures show them; the version numbers are those of the captures. */
const USER_AGENTS: Readonly<Record<Phone['platform'], (phone: Phone) => string>> = {
  // 2026 capture of OktaDeviceSDK on an iPhone.
  IOS: ({ osVersion, model }) =>
    `B7F62B65BN.com.okta.mobile/${APPLE_APP_VERSION} OktaDeviceSDK/0.0.1 iOS/${osVersion} Apple/${model} ${APP_INSTANCE_ID}`,
  // 2023 capture in the test of a SIEM rule.
  MACOS: ({ osVersion, model }) =>
    `B7F62B65BN.com.okta.mobile/${APPLE_APP_VERSION} OktaDeviceSDK/0.0.1 macOS/${osVersion} Apple/${model} ${APP_INSTANCE_ID}`,
  // 2026 incident reports: spaces become underscores.
  ANDROID: ({ osVersion, manufacturer, model }) =>
    `D2DD7D3915.com.okta.android.auth/8.19.0 okta-sdk-kotlin/2.3.0 Android/${osVersion} ${joined(manufacturer)}/${joined(model)}`,
  // Capture of 4.9.0.0; the maker is written as the machine names it (facts §11).
  WINDOWS: ({ osVersion, manufacturer, model }) =>
    `OktaVerify/4.9.0.0 WPFDeviceSDK/1.7.4.77 Windows/${osVersion} ${joined(manufacturer)}/${joined(model)}`
}

/** What Okta's parser makes of the agent; a guess for all but iOS. */
const PARSED_OS: Readonly<Record<Phone['platform'], string>> = {
  IOS: 'iOS',
  MACOS: 'Mac OS X',
  ANDROID: 'Android',
  WINDOWS: 'Windows'
}

function joined(words: string): string {
  return words.replaceAll(' ', '_')
}

/** `client` of an event that the app on this phone caused. */
export function clientOf(network: Network, phone: Phone) {
  const geographicalContext = network.place
  return {
    userAgent: { rawUserAgent: USER_AGENTS[phone.platform](phone), os: PARSED_OS[phone.platform], browser: 'UNKNOWN' },
    zone: 'null',
    device: phone.platform === 'IOS' || phone.platform === 'ANDROID' ? 'Mobile' : 'Computer',
    id: null,
    ipAddress: network.ip,
    geographicalContext,
    ipChain: [{ ip: network.ip, geographicalContext, version: 'V4', source: null }]
  }
}

/** The odd forms that orgs send now and then (facts §1.2, tolerances): nested nulls, a number where a text is usual. */
export function oddContext(network: Network, phone: Phone) {
  const { postalCode, country } = network.place
  const geographicalContext = { city: null, state: null, country, postalCode: Number(postalCode), geolocation: null }
  const device = { id: null, name: null, os_platform: null, os_version: null, managed: null, registered: null }
  return {
    version: 0,
    client: { ...clientOf(network, phone), geographicalContext },
    device: { ...device, device_integrator: null, jailbreak: null }
  }
}

/** `securityContext` of an event, with what Okta's risk engine and behavior detection say, when they say anything. */
export function securityContextOf(
  network: Network,
  judgement: { readonly risk?: string; readonly behaviors?: string }
): Record<string, unknown> {
  const { asNumber, asOrg } = network
  const base = { asNumber, asOrg, isp: asOrg, domain: 'example.com', isProxy: network.isProxy }
  if (!judgement.risk && !judgement.behaviors) return base
  const behaviors = judgement.behaviors ? ['New Device', 'New Country'] : []
  return {
    ...base,
    ...(judgement.risk
      ? { risk: { level: judgement.risk, reasons: [], detectionName: null, issuer: 'OKTA', previousLevel: 'LOW' } }
      : {}),
    ipDetails: { asNumber, asOrg, isp: asOrg, domain: 'example.com' },
    userBehaviors: behaviors.map((name) => ({
      id: `bhvEXAMPLE${name.replace(' ', '').toLowerCase()}0`,
      name,
      result: judgement.behaviors
    })),
    botProtection: null
  }
}

/** What a caller says of an event. */
export type EventSeed = Partial<SandboxLogEvent> & { eventType: string }

/** Okta's own words for the event types the sandbox emits, shortened from its catalogue (event-types.csv). */
const DISPLAY_MESSAGES: Readonly<Record<string, string>> = {
  'user.mfa.factor.activate': 'Activate factor or authenticator enrollment method for user',
  'user.mfa.factor.deactivate': 'Reset factor or authenticator enrollment method for user',
  'user.mfa.factor.reset_all': 'Reset all factors or authenticator enrollments for user',
  'user.mfa.factor.update': 'Update factor for user',
  'user.lifecycle.activate': 'Activate Okta user',
  'user.lifecycle.reactivate': 'Reactivate Okta user',
  'user.lifecycle.suspend': 'Suspend Okta user',
  'user.lifecycle.unsuspend': 'Unsuspend Okta user',
  'user.lifecycle.deactivate': 'Deactivate Okta user',
  'user.account.lock': 'Auto-lock user account for Okta',
  'user.account.unlock_by_admin': 'User account unlock by admin',
  'device.enrollment.create': 'Enroll new device',
  'device.user.add': 'Add device to user',
  'device.lifecycle.suspend': 'Suspend device',
  'device.lifecycle.unsuspend': 'Unsuspend device',
  'event_hook.created': 'Event hook created',
  'event_hook.updated': 'Event hook updated',
  'event_hook.activated': 'Event hook activated',
  'event_hook.deactivated': 'Event hook deactivated',
  'event_hook.deleted': 'Event hook deleted',
  'event_hook.verified': 'Event hook verified',
  'event_hook.delivery': 'Event hook delivery failed',
  'system.org.rate_limit.violation': 'Rate limit violation',
  'core.concurrency.org.limit.violation': 'Too many requests in flight'
}

const GOOD_RESULTS = new Set(['SUCCESS', 'ALLOW', 'SKIPPED', 'DEFERRED', 'SCHEDULED'])

/** Okta itself, as the actor of events nobody else caused (facts §6.1). */
export const SYSTEM_CALLER: Caller = {
  id: 'spr0sandboxsystem0d7',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System',
  clientId: null,
  ipAddress: null,
  userAgent: null
}

/** The whole entry; everything the seed says wins over the defaults. */
export function completeEvent(ids: Ids, now: Instant, seed: EventSeed): SandboxLogEvent {
  const requestId = ids.token(27)
  const outcome = seed.outcome ?? { result: 'SUCCESS', reason: null }
  return {
    uuid: ids.uuid(),
    published: now,
    version: '0',
    severity: GOOD_RESULTS.has(resultOf(outcome)) ? 'INFO' : 'WARN',
    displayMessage: DISPLAY_MESSAGES[seed.eventType] ?? seed.eventType,
    legacyEventType: null,
    device: null,
    ...actedBy(SYSTEM_CALLER),
    target: null,
    transaction: { type: 'WEB', id: requestId, detail: {} },
    debugContext: { debugData: { requestId } },
    authenticationContext: {
      authenticationProvider: null,
      credentialProvider: null,
      credentialType: null,
      issuer: null,
      authenticationStep: 0,
      externalSessionId: 'unknown',
      interface: null
    },
    securityContext: { asNumber: null, asOrg: null, isp: null, domain: null, isProxy: null },
    insertionTimestamp: null,
    ...seed,
    outcome
  }
}

function resultOf(outcome: unknown): string {
  return outcome !== null && typeof outcome === 'object' && 'result' in outcome ? String(outcome.result) : ''
}

/** `actor` and `client` of what a caller did. */
export function actedBy(caller: Caller): Pick<SandboxLogEvent, 'actor' | 'client'> {
  const { clientId, ipAddress, userAgent, ...actor } = caller
  return {
    actor: { ...actor, detailEntry: null },
    client: {
      userAgent: userAgent ? { rawUserAgent: userAgent, os: 'Unknown', browser: 'UNKNOWN' } : null,
      zone: 'null',
      device: 'Unknown',
      id: clientId,
      ipAddress,
      geographicalContext: null,
      ipChain: ipAddress ? [{ ip: ipAddress, geographicalContext: null, version: 'V4', source: null }] : []
    }
  }
}

/** A user as an event's target. */
export function userTarget(user: SandboxUser) {
  return {
    id: user.id,
    type: 'User',
    alternateId: user.profile.login,
    displayName: `${user.profile.firstName} ${user.profile.lastName}`,
    detailEntry: null
  }
}

/** A device as an event's target. The type string is our reading of `resourceType` (facts §2.2). */
export function deviceTarget(device: SandboxDevice) {
  const { displayName, platform, osVersion, managed, serialNumber } = device.profile
  return {
    id: device.id,
    type: 'UDDevice',
    alternateId: 'unknown',
    displayName,
    detailEntry: {
      oktaDeviceId: device.id,
      osPlatform: platform,
      osVersion: osVersion ?? null,
      managed: managed ?? null,
      serialNumber: serialNumber ?? null,
      deviceStatus: device.status
    }
  }
}
