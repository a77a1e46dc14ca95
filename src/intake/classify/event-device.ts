/** Which device an event speaks of, put together from up to three places (facts §1.2, §2.2). Pure. */
import { flag, items, type Json, recordOf, said, text } from '../../domain/json.ts'
import type { EventDevice, Platform } from '../../domain/vocabulary.ts'

/* The Okta Verify app's User-Agent, which names app version, system and model (facts §2.2). Pure. */

export interface AppAgent {
  readonly appVersion: string
  readonly platform: Platform
  readonly osVersion: string
  /** Vendor's model identifier, such as `iPhone15,4`. */
  readonly model: string | null
}

/** `<team>.<bundle>/<version> [<sdk>/<version>…] iOS/<version> [Apple/<model>]`. Browsers say `(…)` and never match. */
const APP_AGENT =
  /^[\w.-]+\/([\w.-]+)(?: [\w.-]+\/[\w.-]+){0,5}? (iOS|iPadOS|Android|macOS|Windows)\/([\w.-]+)(?: [\w -]+\/([\w ,.()+-]+))?$/i

/** What the app says of itself and its device; null for anything but the app, such as the browser that shows the QR code. */
export function readAppAgent(rawUserAgent: unknown): AppAgent | null {
  const match = APP_AGENT.exec(text(rawUserAgent) ?? '')
  const [, appVersion, system, osVersion, model] = match ?? []
  if (!appVersion || !system || !osVersion) return null
  return { appVersion, platform: platformOf(system), osVersion, model: model?.trim() || null }
}

const PLATFORM_WORDS: readonly (readonly [RegExp, Platform])[] = [
  [/^(ios|iphone|ipad|ipados)\b/i, 'IOS'],
  [/^android\b/i, 'ANDROID'],
  [/^(osx|macos|mac)\b/i, 'MACOS'],
  [/^windows\b/i, 'WINDOWS']
]

/** The platform by any name Okta or a person gives it: `IOS`, `OSX`, `Mac OS X`, `Windows 11`. */
export function platformOf(word: unknown): Platform {
  const said = text(word) ?? ''
  return PLATFORM_WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? 'unknown'
}

const NO_DEVICE: EventDevice = {
  id: null,
  name: null,
  platform: 'unknown',
  osVersion: null,
  model: null,
  serialNumber: null,
  managed: null,
  jailbroken: null
}

/**
 * The device that the event is about: its target first, then `device` (the one that sent the request), then what the
 * app's User-Agent says. A place that speaks of another device adds nothing, so that two phones never become one.
 */
export function deviceOf(event: Json): EventDevice {
  return [fromDevice(event), fromUserAgent(event)].reduce(complete, fromTarget(event))
}

/**
 * A modified system counts wherever it is named, even on the other device, and of two answers about management the no
 * counts: the guard must see them (facts §6.1 G11).
 */
function complete(device: EventDevice, more: EventDevice): EventDevice {
  if (areTwo(device, more)) return { ...device, jailbroken: more.jailbroken === true ? true : device.jailbroken }
  return {
    id: device.id ?? more.id,
    name: device.name ?? more.name,
    platform: device.platform === 'unknown' ? more.platform : device.platform,
    osVersion: device.osVersion ?? more.osVersion,
    model: device.model ?? more.model,
    serialNumber: device.serialNumber ?? more.serialNumber,
    managed: device.managed === false || more.managed === false ? false : (device.managed ?? more.managed),
    jailbroken: device.jailbroken === true ? true : (more.jailbroken ?? device.jailbroken)
  }
}

function areTwo(a: EventDevice, b: EventDevice): boolean {
  const differ = (one: string | null, other: string | null) => one !== null && other !== null && one !== other
  const bothNamed = a.platform !== 'unknown' && b.platform !== 'unknown'
  return differ(a.id, b.id) || differ(a.serialNumber, b.serialNumber) || (bothNamed && a.platform !== b.platform)
}

/** The target type is probably `UDDevice`; that is not certain, so a target that names a system counts too (facts §2.2). */
function fromTarget(event: Json): EventDevice {
  const targets = items(event.target).map(recordOf)
  const target = targets.find(isDevice)
  if (!target) return NO_DEVICE
  const entry = recordOf(target.detailEntry)
  const ownId = said(target.id)
  return {
    ...NO_DEVICE,
    id: said(entry.oktaDeviceId) ?? (target.type === 'UDDevice' || ownId?.startsWith('guo') ? ownId : null),
    name: said(target.displayName),
    platform: platformOf(entry.osPlatform),
    osVersion: said(entry.osVersion),
    serialNumber: said(entry.serialNumber),
    managed: flag(entry.managed)
  }
}

function isDevice(target: Json): boolean {
  return target.type === 'UDDevice' || said(recordOf(target.detailEntry).osPlatform) !== null
}

/** `device` has keys in snake case, and Apple's model identifier as name (facts §1.2). */
function fromDevice(event: Json): EventDevice {
  const device = recordOf(event.device)
  const name = said(device.name)
  return {
    id: said(device.id),
    name,
    platform: platformOf(device.os_platform),
    osVersion: said(device.os_version),
    model: name !== null && /^[A-Za-z]+\d+,\d+$/.test(name) ? name : null,
    serialNumber: said(device.serial_number),
    managed: flag(device.managed),
    jailbroken: flag(device.jailbreak)
  }
}

function fromUserAgent(event: Json): EventDevice {
  const agent = readAppAgent(recordOf(recordOf(event.client).userAgent).rawUserAgent)
  if (!agent) return NO_DEVICE
  return { ...NO_DEVICE, platform: agent.platform, osVersion: agent.osVersion, model: agent.model }
}
