/** Which device an event speaks of, put together from up to three places (facts §1.2, §2.2). Pure. */
import { flag, items, type Json, recordOf, said, text } from '../../domain/json.ts'
import type { EventDevice, Platform } from '../../domain/vocabulary.ts'

/*
 * The User-Agent of Okta Verify: `<app>/<version> <sdk>/<version> <system>/<version> <maker>/<model> [<app instance id>]`
 * (okta-devices-swift, UserAgent.swift). `test/intake/classify/agents.ts` lists real ones with their sources. Parts that are
 * missing or unknown cost only themselves. The app instance id is personal, so it is dropped.
 */

export interface AppAgent {
  readonly appVersion: string
  readonly platform: Platform
  readonly osVersion: string
  /** Vendor's model identifier, such as `iPhone15,4`. */
  readonly model: string | null
}

/** The app, then at most a few SDK parts, then the system. Browsers write `(` before any system part, so they never match. */
const APP_AND_SYSTEM =
  /^[\w.-]+\/([\w.-]+)(?: [\w.-]+\/[\w.-]+){0,5}? (iOS|iPadOS|Android|macOS|Windows)\/(?:Version )?([\w.-]+)/i
/** `macOS/Version 14.2.1 (Build 23C71))`: the SDK writes the system's own text there. */
const BUILD = /^ ?\([^)]*\)+/
/** Whole, or cut off with the text. */
const INSTANCE_ID =
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{24,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{1,12}){0,4}-?$/gi
/** Maker and model. Makers may hold dots, commas and brackets: `Micro-Star_International_Co._L/MS-7B51`. */
const MAKER_AND_MODEL = /^([^/]{1,80})\/([\w ,.()+-]{1,80})$/

/** What the app reports about itself and its device; null for anything but the app, such as the browser with the QR code. */
export function readAppAgent(rawUserAgent: unknown): AppAgent | null {
  const agent = (text(rawUserAgent) ?? '').replace(INSTANCE_ID, '').replace(/ {2,}/g, ' ')
  const match = APP_AND_SYSTEM.exec(agent)
  const [all = '', appVersion, system, osVersion] = match ?? []
  if (!appVersion || !system || !osVersion) return null
  const rest = agent.slice(all.length).replace(BUILD, '').trim()
  const [, maker = '', named = ''] = MAKER_AND_MODEL.exec(rest) ?? []
  // Apple's identifiers have no spaces, so a word after one is a part of an id. Others write spaces as underscores.
  const model = /^apple$/i.test(maker) ? named.split(' ')[0] : named.replaceAll('_', ' ').trim()
  return { appVersion, platform: platformOf(system), osVersion, model: model || null }
}

const PLATFORM_WORDS: readonly (readonly [RegExp, Platform])[] = [
  [/^(ios|iphone|ipad|ipados)\b/i, 'IOS'],
  [/^android\b/i, 'ANDROID'],
  [/^(osx|macos|mac)\b/i, 'MACOS'],
  [/^windows\b/i, 'WINDOWS']
]

/** The platform by any name Okta or a person gives it: `IOS`, `OSX`, `Mac OS X`, `Windows 11`. */
function platformOf(word: unknown): Platform {
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

/** `device` has keys in snake case or in camel case, and Apple's model identifier as name (captures show both). */
function fromDevice(event: Json): EventDevice {
  const device = recordOf(event.device)
  const name = said(device.name)
  const platforms = [device.os_platform, device.osPlatform, device.platform].map(platformOf)
  return {
    id: said(device.id),
    name,
    platform: platforms.find((platform) => platform !== 'unknown') ?? 'unknown',
    osVersion: said(device.os_version) ?? said(device.osVersion),
    model: name !== null && /^[A-Za-z]+\d+,\d+$/.test(name) ? name : null,
    serialNumber: said(device.serial_number) ?? said(device.serialNumber),
    managed: flag(device.managed),
    jailbroken: flag(device.jailbreak)
  }
}

function fromUserAgent(event: Json): EventDevice {
  const agent = readAppAgent(recordOf(recordOf(event.client).userAgent).rawUserAgent)
  if (!agent) return NO_DEVICE
  return { ...NO_DEVICE, platform: agent.platform, osVersion: agent.osVersion, model: agent.model }
}
