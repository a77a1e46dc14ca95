/** A file beside the store's, with the address of the service that has it open: commands find it whatever port it took. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isInUse } from './open-file.ts'

/** Writes the service's address, for its owner only: commands send it the ops token. Without it they use the settings. */
export function announceAddress(storeUrl: string, url: string): void {
  ignoringFaults(storeUrl, (path) => writeFileSync(`${path}.address`, url, { mode: 0o600 }))
}

/** Removes the address: another program may listen there next. */
export function withdrawAddress(storeUrl: string): void {
  ignoringFaults(storeUrl, (path) => rmSync(`${path}.address`, { force: true }))
}

/**
 * The address of the service that has this store's file open; undefined when it is not known. Null when no process has it open, so
 * that whatever answers elsewhere has another store: a killed service leaves its address behind.
 */
export function announcedAddress(storeUrl: string): string | null | undefined {
  return ignoringFaults(storeUrl, (path) => {
    if (!existsSync(path)) return undefined
    return isInUse(path) ? readFileSync(`${path}.address`, 'utf8') : null
  })
}

function ignoringFaults<Result>(storeUrl: string, step: (path: string) => Result): Result | undefined {
  const path = /^sqlite:(.*)$/s.exec(storeUrl.trim())?.[1]
  try {
    return path === undefined ? undefined : step(path)
  } catch {
    return undefined
  }
}
