/** The device an event speaks of: from its `device` object, its targets, or the app's user agent (facts §1.2, §2.2). Pure. */
import type { EventDevice, Platform } from '../vocabulary.ts'
import { type Fields, fields, flag, objects, short, text } from './narrow.ts'

/** What the Okta Verify app says of itself: `<team>.<bundle>/<ver> <sdk>/<ver> iOS/<ver> Apple/<model>` (facts §2.2). */
export interface AppAgent {
  readonly appVersion: string
  readonly platform: Platform
  readonly osVersion: string
  readonly model: string
}

const APP_AGENT =
  /^\S{1,200}\.okta\.\S{1,100}?\/(\S{1,40}) (?:\S{1,100}\/\S{1,40} )?([A-Za-z]{1,20})\/([\d.]{1,20}) [A-Za-z]{1,40}\/(.{1,60})$/

/** Reads the app's user agent; null for a browser's, which says nothing of the phone that was to be enrolled. */
export function readAppAgent(userAgent: string | null): AppAgent | null {
  const match = userAgent === null ? null : APP_AGENT.exec(userAgent)
  if (!match) return null
  const [, appVersion = '', platform = '', osVersion = '', model = ''] = match
  return { appVersion, platform: readPlatform(platform), osVersion, model: model.trim() }
}

/** `IOS`, `iOS`, `Android`, `MACOS`, `Windows` and the like. */
export function readPlatform(value: unknown): Platform {
  switch (text(value)?.toLowerCase()) {
    case 'ios':
    case 'ipados':
      return 'IOS'
    case 'android':
      return 'ANDROID'
    case 'macos':
    case 'osx':
    case 'mac os x':
      return 'MACOS'
    case 'windows':
      return 'WINDOWS'
    default:
      return 'unknown'
  }
}

/** Vendor identifiers such as `iPhone15,4`; Okta puts them where a name would be (samples). */
const MODEL = /^[A-Za-z]+\d+,\d+$/

export function readDevice(event: Fields, agent: AppAgent | null): EventDevice {
  const device = fields(event.device)
  const target = objects(event.target).find((one) => one.type === 'UDDevice' || fields(one.detailEntry).osPlatform)
  const detail = fields(target?.detailEntry)
  const name = text(device.name) ?? text(target?.displayName)
  const platforms = [device.os_platform, detail.osPlatform].map(readPlatform)
  return {
    id: short(text(device.id) ?? text(detail.oktaDeviceId) ?? (target?.type === 'UDDevice' ? text(target.id) : null)),
    name: short(name),
    platform: platforms.find((platform) => platform !== 'unknown') ?? agent?.platform ?? 'unknown',
    osVersion: short(text(device.os_version) ?? text(detail.osVersion) ?? agent?.osVersion ?? null),
    model: short(agent?.model ?? (name && MODEL.test(name) ? name : null)),
    serialNumber: short(text(detail.serialNumber)),
    managed: flag(device.managed) ?? flag(detail.managed),
    jailbroken: flag(device.jailbreak)
  }
}
