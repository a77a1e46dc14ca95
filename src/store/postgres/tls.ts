/** How the connection is encrypted and which certificates it trusts: PostgreSQL's `sslmode`, with its meaning there. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { SSL_MODES, type SslMode } from '../../config/settings/store.ts'
import { StoreConfigError } from '../../domain/store.ts'

export interface TlsAccess {
  readonly sslMode?: SslMode | null
  /** PEM file of trusted authorities; by default the machine's. */
  readonly sslRootCert?: string | null
}

/** Takes TLS out of the URL's parameters; settings win. Null: the driver's default, unencrypted. */
export function takeTls(params: URLSearchParams, access: TlsAccess): ConnectionOptions | false | null {
  const take = (name: string) => {
    const value = params.get(name)
    params.delete(name)
    return value
  }
  const asked = take('sslmode')
  const rootCert = take('sslrootcert')
  const root = access.sslRootCert ?? rootCert
  const [cert, key] = [take('sslcert'), take('sslkey')]
  const mode = access.sslMode ?? (asked === null ? null : modeOf(asked))
  if (mode === null && root === null && cert === null) return null
  if (mode === 'disable') return false
  if (mode === 'verify-ca' && root === null) {
    throw new StoreConfigError(
      'sslmode=verify-ca trusts any host with a certificate of the authority, so it must be your own: name its file in ' +
        'REENROLL_STORE_SSLROOTCERT, or use verify-full.'
    )
  }
  return {
    ...(root === null ? {} : { ca: contentOf(root, 'the certificate of the authority') }),
    ...(cert === null ? {} : { cert: contentOf(cert, 'the client certificate') }),
    ...(key === null ? {} : { key: contentOf(key, 'the client key') }),
    ...trustOf(mode ?? 'verify-full', root !== null)
  }
}

/** With an authority named, `require` checks it as `verify-ca` does (PostgreSQL manual, 32.19.1). */
function trustOf(mode: SslMode, hasRoot: boolean): ConnectionOptions {
  if (mode === 'verify-full') return {}
  return mode === 'verify-ca' || hasRoot ? { checkServerIdentity: () => undefined } : { rejectUnauthorized: false }
}

function modeOf(text: string): SslMode {
  // The driver's own word for what PostgreSQL calls `require`.
  const found = SSL_MODES.find((mode) => mode === (text === 'no-verify' ? 'require' : text))
  if (found) return found
  throw new StoreConfigError(
    `sslmode is "${text}" in REENROLL_STORE_URL. Write ${SSL_MODES.join(', ')}: the others of PostgreSQL may fall back to ` +
      'an unencrypted connection without a word.'
  )
}

function contentOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StoreConfigError(`The file with ${what} of the store cannot be read: ${why}.`)
  }
}
