/**
 * A transmitter of the Shared Signals Framework on loopback: its configuration document (SSF 1.0 section 7.2), its keys, and
 * tokens signed with them (section 4.1). Events are the published examples of SSF 1.0, CAEP 1.0 and RISC 1.0.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Test } from 'tap'
import type { TransmitterSettings } from '../../../src/config/settings/signals.ts'
import { listen } from '../../support/loopback.ts'

export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type'
export const SSF = 'https://schemas.openid.net/secevent/ssf/event-type'
export const AUDIENCE = 'https://sp.example.com/caep'

type Claims = Readonly<Record<string, unknown>>
interface Key {
  readonly kid: string
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  readonly jwk: JWK
}

export interface Transmitter {
  readonly issuer: string
  readonly settings: TransmitterSettings
  /** How often the configuration document and the keys were asked for. */
  readonly asked: { configuration: number; keys: number }
  /** What it answers instead, as a status. */
  fail(status: number | null): void
  /** The keys before are no longer published. */
  rotate(): Promise<void>
  /** A token made at `at`; claims that are undefined are left out. */
  sign(at: string, claims?: Claims, header?: Claims, key?: Key): Promise<string>
  newKey(kid?: string): Promise<Key>
  /** The key as anybody can read it. */
  published(): JWK
}

export async function openTransmitter(t: Test, over: Partial<TransmitterSettings> = {}): Promise<Transmitter> {
  const newKey = async (kid: string = randomUUID()): Promise<Key> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
  }
  let key = await newKey()
  let status: number | null = null
  const asked = { configuration: 0, keys: 0 }
  const server = createServer((request, response) => {
    const isKeys = request.url === '/jwks.json'
    asked[isKeys ? 'keys' : 'configuration'] += 1
    const found = isKeys || request.url === '/.well-known/ssf-configuration/123456789'
    response.writeHead(status ?? (found ? 200 : 404), { 'content-type': 'application/json' })
    const document = { spec_version: '1_0', issuer, jwks_uri: `${origin}/jwks.json` }
    response.end(JSON.stringify(isKeys ? { keys: [key.jwk] } : document))
  })
  const origin = `http://127.0.0.1:${await listen(t, server)}`
  const issuer = `${origin}/123456789/`
  const nothing = { jwksUri: null, authorization: null, events: null, state: null }
  return {
    issuer,
    settings: { issuer, audience: AUDIENCE, ...nothing, ...over },
    asked,
    fail: (answer) => {
      status = answer
    },
    async rotate() {
      key = await newKey()
    },
    newKey,
    published: () => key.jwk,
    sign(at, claims = {}, header = {}, by = key) {
      const iat = Math.floor(Date.parse(at) / 1_000)
      const all = { iss: issuer, aud: AUDIENCE, iat, jti: randomUUID(), ...claims }
      const signed = new SignJWT(all).setProtectedHeader({ alg: 'ES256', typ: 'secevent+jwt', kid: by.kid, ...header })
      return signed.sign(by.privateKey)
    }
  }
}

/** "Session Revoked - Complex Subject describing user + device + tenant", about another user. */
export function sessionRevoked(sub: string, event: Claims = {}): Claims {
  return {
    sub_id: {
      format: 'complex',
      user: { format: 'iss_sub', iss: 'https://idp.example.com/123456789/', sub },
      device: {
        format: 'iss_sub',
        iss: 'https://idp.example.com/123456789/',
        sub: 'e9297990-14d2-42ec-a4a9-4036db86509a'
      },
      tenant: { format: 'opaque', id: '123456789' }
    },
    events: {
      [`${CAEP}/session-revoked`]: {
        initiating_entity: 'policy',
        reason_admin: { en: 'Policy Violation: C076E822' },
        reason_user: { en: 'This device is no longer compliant.' },
        ...event
      }
    }
  }
}
