/** The settings that say how to connect to the database that `REENROLL_STORE_URL` names. */
import type { SettingsSource } from './settings-values.ts'

export interface StoreAccess {
  /** Prints the password of the moment; null when the URL has it. */
  readonly passwordCommand: string | null
  /** Connections for work, of each replica. */
  readonly connections: number
}

const MAX_CONNECTIONS = 200

/** Reads `REENROLL_STORE_PASSWORD_COMMAND` and `REENROLL_STORE_POOL`; null when either is wrong. */
export function readStoreAccess(source: SettingsSource): StoreAccess | null {
  const passwordCommand = source.get('REENROLL_STORE_PASSWORD_COMMAND')
  const pool = source.get('REENROLL_STORE_POOL') ?? ''
  const url = source.get('REENROLL_STORE_URL') ?? ''
  if (passwordCommand !== null && !/^postgres(ql)?:/.test(url)) {
    source.warn('REENROLL_STORE_PASSWORD_COMMAND is set, but only a postgres:// store has a password.')
  }
  if (/^\d{1,3}$/.test(pool) && Number(pool) >= 2 && Number(pool) <= MAX_CONNECTIONS) {
    return { passwordCommand, connections: Number(pool) }
  }
  source.fault(`REENROLL_STORE_POOL is ${pool}. Write a number of connections from 2 to ${MAX_CONNECTIONS}.`)
  return null
}
