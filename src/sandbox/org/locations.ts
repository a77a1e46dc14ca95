/** Where people are and what they hold in their hands, as log entries tell it (facts §1.2). */
import type { SandboxDevice } from './model.ts'

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

export const AUSTIN: Location = {
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

/** What the app's User-Agent tells of a phone (facts §2.2). */
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

/** The app's User-Agent: `<team>.<bundle>/<version> <sdk>/<version> iOS/<version> Apple/<model>` (facts §2.2). */
function userAgentOf(phone: Phone): { rawUserAgent: string; os: string; browser: string } {
  const os = phone.platform === 'ANDROID' ? 'Android' : 'iOS'
  const maker = phone.platform === 'ANDROID' ? phone.manufacturer : 'Apple'
  const rawUserAgent = `EXAMPLETEAM.com.okta.mobile/9.32.0 DeviceAuthenticator/1.2.4 ${os}/${phone.osVersion} ${maker}/${phone.model}`
  return { rawUserAgent, os, browser: 'UNKNOWN' }
}

/** `client` of an event that the app on this phone caused. */
export function clientOf(network: Network, phone: Phone) {
  const geographicalContext = network.place
  return {
    userAgent: userAgentOf(phone),
    zone: 'null',
    device: 'Mobile',
    id: null,
    ipAddress: network.ip,
    geographicalContext,
    ipChain: [{ ip: network.ip, geographicalContext, version: 'V4', source: null }]
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
