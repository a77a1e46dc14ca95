/** People, devices and factors as an ordinary org has them, for everything a scenario does not say itself. */
import { DAY_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { SandboxDevice, SandboxFactor, SandboxUser } from './model.ts'

/* Identifiers of Okta's form, the same ones for the same seed, so that a scenario reads alike on every run. */

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Okta ids are 20 characters: a prefix that names the kind, then letters and digits (facts appendix A). */
const ID_LENGTH = 20

/** How the ids of each kind start. Factor prefixes: facts appendix A; the others are invented where Okta shows none. */
export const ID_PREFIXES = {
  user: '00u',
  group: '00g',
  device: 'guo',
  deviceUser: 'lnk',
  role: 'ra1',
  hook: 'who',
  error: 'oae',
  userType: 'oty'
} as const

const FACTOR_PREFIXES: Readonly<Record<string, string>> = {
  push: 'opf',
  signed_nonce: 'pfd',
  'token:software:totp': 'ost',
  'token:hardware': 'uft',
  webauthn: 'fwf',
  u2f: 'fuf',
  sms: 'mbl',
  call: 'clf',
  email: 'emf',
  question: 'ufs'
}

export interface Ids {
  /** A 20 character id that starts with the prefix. */
  id(prefix: string): string
  uuid(): string
  /** Letters and digits, for tokens, cursors and request ids. */
  token(length: number): string
}

/** A source of ids. Not for secrets: the same seed gives the same ids. */
export function createIds(seed: number): Ids {
  const next = createRandom(seed)
  const token = (length: number) =>
    Array.from({ length }, () => LETTERS[Math.floor(next() * LETTERS.length)] ?? '0').join('')
  const hex = (length: number) => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('')
  return {
    token,
    id: (prefix) => `${prefix}${token(ID_LENGTH - prefix.length - 2)}d7`,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
  }
}

/** Numbers from 0 to below 1 (mulberry32): evenly spread, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What a scenario says of a user; everything else is that of a settled employee. */
export type UserSeed = Partial<Omit<SandboxUser, 'profile'>> & { profile?: Partial<SandboxUser['profile']> }
/** What a scenario says of a device; everything else is that of a current iPhone. */
export type DeviceSeed = Partial<Omit<SandboxDevice, 'profile'>> & { profile?: Partial<SandboxDevice['profile']> }
/** What a scenario says of a factor; everything else is that of an active Okta Verify push. */
export type FactorSeed = Partial<SandboxFactor>

/** Statuses of users who have not finished activation: no password, no sign-in yet (facts §5). */
const NOT_YET_ACTIVE = new Set(['STAGED', 'PROVISIONED'])
/** Okta sets `activated` when an activation starts: all recorded PROVISIONED users of live orgs have it (facts §3.1). */
const ACTIVATION_DELAY_MS = 5 * MINUTE_MS

/** A user: hired 400 days ago, password changed 150 days ago, signed in yesterday. */
export function newUser(ids: Ids, now: Instant, everyoneId: string, seed: UserSeed): SandboxUser {
  const status = seed.status ?? 'ACTIVE'
  const settled = !NOT_YET_ACTIVE.has(status)
  const created = seed.created ?? plus(now, -(settled ? 400 : 3) * DAY_MS)
  const activationStarted = status === 'STAGED' ? null : plus(created, ACTIVATION_DELAY_MS)
  const id = seed.id ?? ids.id(ID_PREFIXES.user)
  const { profile, ...rest } = seed
  const login = profile?.login ?? profile?.email ?? `user.${id.slice(3, 9).toLowerCase()}@example.com`
  return {
    id,
    status,
    transitioningToStatus: null,
    created,
    activated: activationStarted,
    statusChanged: activationStarted ?? created,
    lastLogin: settled ? plus(now, -DAY_MS) : null,
    lastUpdated: settled ? plus(now, -30 * DAY_MS) : created,
    passwordChanged: settled && status !== 'DEPROVISIONED' ? plus(now, -150 * DAY_MS) : null,
    profile: {
      login,
      email: login,
      firstName: 'Sam',
      lastName: 'Example',
      mobilePhone: null,
      secondEmail: null,
      ...profile
    },
    providerType: 'OKTA',
    blocks: [],
    groupIds: [everyoneId],
    roles: [],
    risk: { riskLevel: 'NONE' },
    factors: [],
    ...rest
  }
}

/** A device: an iPhone seen two hours ago, linked to nobody. */
export function newDevice(ids: Ids, now: Instant, seed: DeviceSeed): SandboxDevice {
  const { profile, ...rest } = seed
  return {
    id: seed.id ?? ids.id(ID_PREFIXES.device),
    status: 'ACTIVE',
    created: plus(now, -200 * DAY_MS),
    lastUpdated: plus(now, -120 * MINUTE_MS),
    profile: {
      displayName: 'iPhone',
      platform: 'IOS',
      manufacturer: 'APPLE',
      model: 'iPhone14,5',
      osVersion: '18.5',
      serialNumber: ids.token(12).toUpperCase(),
      registered: true,
      secureHardwarePresent: true,
      diskEncryptionType: 'FULL',
      integrityJailbreak: false,
      managed: false,
      ...profile
    },
    users: [],
    ...rest
  }
}

/** A factor: Okta Verify push on the given device, active for 200 days. */
export function newFactor(
  ids: Ids,
  now: Instant,
  user: SandboxUser,
  device: SandboxDevice | undefined,
  seed: FactorSeed
): SandboxFactor {
  const factorType = seed.factorType ?? 'push'
  const provider = seed.provider ?? (factorType === 'webauthn' ? 'FIDO' : 'OKTA')
  const created = seed.created ?? plus(now, -200 * DAY_MS)
  return {
    id: seed.id ?? ids.id(FACTOR_PREFIXES[factorType] ?? 'fcr'),
    factorType,
    provider,
    vendorName: provider,
    status: 'ACTIVE',
    created,
    lastUpdated: created,
    profile: factorProfile(factorType, user, device),
    deviceId: null,
    ...seed
  }
}

function factorProfile(
  factorType: string,
  user: SandboxUser,
  device: SandboxDevice | undefined
): Record<string, unknown> {
  const credentialId = user.profile.login
  switch (factorType) {
    case 'push':
    case 'signed_nonce':
      return {
        credentialId,
        deviceType: deviceType(device),
        name: device?.profile.displayName ?? 'iPhone',
        platform: device?.profile.platform ?? 'IOS',
        version: device?.profile.osVersion ?? '18.5'
      }
    case 'webauthn':
      return { credentialId, authenticatorName: 'Security key' }
    case 'sms':
    case 'call':
      return { phoneNumber: user.profile.mobilePhone ?? '+1 555 0100' }
    case 'email':
      return { email: user.profile.email }
    default:
      return { credentialId }
  }
}

const DEVICE_TYPES = {
  IOS: 'SmartPhone_IPhone',
  ANDROID: 'SmartPhone_Android',
  MACOS: 'Computer_OSX',
  WINDOWS: 'Computer_Windows'
} as const

function deviceType(device: SandboxDevice | undefined): string {
  return DEVICE_TYPES[device?.profile.platform ?? 'IOS']
}
