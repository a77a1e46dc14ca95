/**
 * User-Agents of Okta Verify per platform and app generation, with what they say. `SWIFT`: okta-devices-swift,
 * Networking/UserAgent.swift. `CAPTURE`: a public capture or script that sent exactly this shape to Okta; ids replaced.
 */
import type { AppAgent } from '../../../src/intake/classify/event-device.ts'

export interface AgentRow {
  readonly what: string
  readonly source: string
  readonly agent: string
  readonly read: AppAgent
}

/** An app instance id, as iOS and macOS apps append one. */
export const INSTANCE_ID = '0F0E0D0C-0B0A-4908-8706-050403020100'

export const AGENTS: readonly AgentRow[] = [
  {
    what: 'iOS, SDK with an app instance id',
    source: 'SWIFT standardUserAgent(appInstanceId:), CAPTURE 2026 of OktaDeviceSDK',
    agent: `B7F62B65BN.com.okta.mobile/9.56.1 OktaDeviceSDK/0.0.1 iOS/17.0.3 Apple/iPhone15,4 ${INSTANCE_ID}`,
    read: { appVersion: '9.56.1', platform: 'IOS', osVersion: '17.0.3', model: 'iPhone15,4' }
  },
  {
    what: 'iOS, SDK without an id',
    source: 'SWIFT standardUserAgent()',
    agent: 'B7F62B65BN.com.okta.mobile/1.0.1 DeviceAuthenticator/0.0.1 iOS/13.4.1 Apple/iPhone11,1',
    read: { appVersion: '1.0.1', platform: 'IOS', osVersion: '13.4.1', model: 'iPhone11,1' }
  },
  {
    what: 'macOS, plain version',
    source: 'CAPTURE 2023, SIEM rule test',
    agent: `B7F62B65BN.com.okta.mobile/8.2.1 OktaDeviceSDK/0.0.1 macOS/14.0.0 Apple/MacBookPro16,1 ${INSTANCE_ID}`,
    read: { appVersion: '8.2.1', platform: 'MACOS', osVersion: '14.0.0', model: 'MacBookPro16,1' }
  },
  {
    what: 'macOS, the system text with its build and a bracket too many',
    source: 'SWIFT platformInfo() with operatingSystemVersionString',
    agent: `B7F62B65BN.com.okta.mobile/9.1.0 DeviceAuthenticator/1.2.4 macOS/Version 14.2.1 (Build 23C71)) Apple/Mac15,6 ${INSTANCE_ID}`,
    read: { appVersion: '9.1.0', platform: 'MACOS', osVersion: '14.2.1', model: 'Mac15,6' }
  },
  {
    what: 'Android, DeviceSDK',
    source: 'CAPTURE, requests to /idp/authenticators in several public scripts',
    agent: 'D2DD7D3915.com.okta.android.auth/6.8.1 DeviceSDK/0.19.0 Android/7.1.1 unknown/Google',
    read: { appVersion: '6.8.1', platform: 'ANDROID', osVersion: '7.1.1', model: 'Google' }
  },
  {
    what: 'Android, Kotlin SDK, spaces as underscores',
    source: 'CAPTURE 2026, incident reports (okta-sdk-kotlin; Google/Pixel_9_Pro_XL)',
    agent: 'D2DD7D3915.com.okta.android.auth/8.19.0 okta-sdk-kotlin/2.3.0 Android/16 Google/Pixel_9_Pro_XL',
    read: { appVersion: '8.19.0', platform: 'ANDROID', osVersion: '16', model: 'Pixel 9 Pro XL' }
  },
  {
    what: 'Windows',
    source: 'CAPTURE, findings of 2026-11-28',
    agent: 'OktaVerify/4.9.0.0 WPFDeviceSDK/1.7.4.77 Windows/10.0.22621.525 LENOVO/20XW004AUS',
    read: { appVersion: '4.9.0.0', platform: 'WINDOWS', osVersion: '10.0.22621.525', model: '20XW004AUS' }
  },
  {
    what: 'Windows, maker with dots and cut words',
    source: 'CAPTURE 2023, SIEM rule test',
    agent: 'OktaVerify/4.4.1.0 WPFDeviceSDK/1.7.4.17 Windows/10.0.19045.3570 Micro-Star_International_Co._L/MS-7B51',
    read: { appVersion: '4.4.1.0', platform: 'WINDOWS', osVersion: '10.0.19045.3570', model: 'MS-7B51' }
  }
]
