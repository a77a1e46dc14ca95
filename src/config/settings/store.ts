/** The settings that say how to connect to the database that `REENROLL_STORE_URL` names. */

import type { SettingsSource } from './values.ts'

/** `require` encrypts and believes any certificate; the others want it signed by a known authority, `verify-full` for this host. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const

export type SslMode = (typeof SSL_MODES)[number]

export interface StoreAccess {
  /** Prints the password of the moment; null when the URL has it. */
  readonly passwordCommand: string | null
  /** Connections for work, of each replica. */
  readonly connections: number
  /** How the connection is encrypted; null when the URL says it. */
  readonly sslMode: SslMode | null
  /** PEM file of the authorities that are believed. */
  readonly sslRootCert: string | null
}

const MAX_CONNECTIONS = 200

/** Reads `REENROLL_STORE_PASSWORD_COMMAND`, `…_POOL`, `…_SSLMODE` and `…_SSLROOTCERT`; null when one is wrong. */
export function readStoreAccess(source: SettingsSource): StoreAccess | null {
  const passwordCommand = source.get('REENROLL_STORE_PASSWORD_COMMAND')
  const pool = source.get('REENROLL_STORE_POOL') ?? ''
  const url = source.get('REENROLL_STORE_URL') ?? ''
  if (passwordCommand !== null && !/^postgres(ql)?:/.test(url)) {
    source.warn('REENROLL_STORE_PASSWORD_COMMAND is set, but only a postgres:// store has a password.')
  }
  const mode = source.get('REENROLL_STORE_SSLMODE')
  const sslMode = SSL_MODES.find((known) => known === mode) ?? null
  const sslRootCert = source.get('REENROLL_STORE_SSLROOTCERT')
  if (mode !== null && sslMode === null) {
    source.fault(`REENROLL_STORE_SSLMODE is ${mode}. Write ${SSL_MODES.join(', ')}.`)
    return null
  }
  if (/^\d{1,3}$/.test(pool) && Number(pool) >= 2 && Number(pool) <= MAX_CONNECTIONS) {
    return { passwordCommand, connections: Number(pool), sslMode, sslRootCert }
  }
  source.fault(`REENROLL_STORE_POOL is ${pool}. Write a number of connections from 2 to ${MAX_CONNECTIONS}.`)
  return null
}
