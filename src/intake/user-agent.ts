/** The Okta Verify app's User-Agent, which names app version, system and model (facts §2.2). Pure. */
import type { Platform } from '../vocabulary.ts'
import { text } from './narrow.ts'

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
