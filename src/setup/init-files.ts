/** The files that `init` writes: `.env` and the policy. Pure. */
import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto'
import { parseEnv } from 'node:util'
import { stringify } from 'yaml'

/** Everything that `init` asks for. A list may be empty. */
export interface InitAnswers {
  readonly orgUrl: string
  readonly clientId: string
  /** File with the app's private key as a JWK, where Okta made the key pair; empty to make one here. */
  readonly privateKeyFile: string
  /** Public address of the hook listener; empty when it is not known yet. */
  readonly publicUrl: string
  readonly absentSources: readonly string[]
  /** Ids of actors whose suspensions are routine. */
  readonly trustedActors: readonly string[]
  readonly protectedGroups: readonly string[]
  /** File with an admin's API token, for registering the event hooks; empty to register later. */
  readonly adminTokenFile: string
  /** `yes` to start the service before the event hooks are registered. */
  readonly start: string
}

export const LIST_ANSWERS = ['absentSources', 'trustedActors', 'protectedGroups'] as const
export const TEXT_ANSWERS = [
  ...(['orgUrl', 'clientId', 'privateKeyFile', 'publicUrl', 'adminTokenFile', 'start'] as const)
] as const

/** A new key pair for an API Services app: RSA, since the SDK signs with nothing else (facts §8 finding 6). */
export function newKeyPair(): { readonly privateJwk: JsonWebKey; readonly publicJwk: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const marks = { kid: `reenroll-${randomBytes(6).toString('hex')}`, alg: 'RS256', use: 'sig' }
  return {
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...marks },
    publicJwk: { ...publicKey.export({ format: 'jwk' }), ...marks }
  }
}

/** The part of a private key that Okta gets. */
export function publicPartOf({ kty, n, e, kid }: JsonWebKey & { readonly kid?: unknown }): JsonWebKey {
  return { kty, n, e, ...(typeof kid === 'string' ? { kid } : {}), alg: 'RS256', use: 'sig' } as JsonWebKey
}

export function newSecretText(): string {
  return randomBytes(32).toString('hex')
}

/** The settings of an `.env` file that are not empty. */
export function settingsIn(envText: string): Readonly<Record<string, string>> {
  const entries = Object.entries(parseEnv(envText)).filter(([, value]) => value?.trim())
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}

/** The text with these settings, each in the place where it stood; other lines stay as they are. */
export function withSettings(envText: string, settings: Readonly<Record<string, string>>): string {
  const lines = envText === '' ? [] : envText.trimEnd().split('\n')
  const added: string[] = []
  for (const [name, value] of Object.entries(settings)) {
    const line = settingLine(name, value)
    const index = lines.findIndex((each) => each.startsWith(`${name}=`))
    if (index === -1) added.push(line)
    else lines[index] = line
  }
  return `${[...lines, ...added].join('\n')}\n`
}

/** A setting as a line of an `.env` file. */
export function settingLine(name: string, value: string): string {
  return `${name}=${/^[\w.:/@-]*$/.test(value) ? value : `'${value}'`}`
}

/** The policy file; empty when it would say nothing. */
export function policyText({ absentSources, trustedActors, protectedGroups }: InitAnswers): string {
  const guards = {
    ...(trustedActors.length > 0 ? { trustedActorIds: trustedActors } : {}),
    ...(protectedGroups.length > 0 ? { protectedGroups } : {})
  }
  const policy = {
    ...(absentSources.length > 0 ? { absentSources } : {}),
    ...(Object.keys(guards).length > 0 ? { guards } : {})
  }
  return Object.keys(policy).length === 0 ? '' : stringify(policy)
}
