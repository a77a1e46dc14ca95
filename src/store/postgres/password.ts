/**
 * A password that a command prints, for databases whose passwords expire: `aws rds generate-db-auth-token …`,
 * `gcloud sql generate-login-token`, `az account get-access-token …`.
 */
import { execFile } from 'node:child_process'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'

/** Such tokens are good for 15 minutes or more for new connections (AWS, Azure, Google); a third of that is safe. */
const FRESH_MS = 5 * MINUTE_MS
/** Cloud tools may start slowly. */
const TIMEOUT_MS = 10 * SECOND_MS

export interface PasswordSource {
  /** The current password. Rejects with a sentence that never shows what the command printed. */
  read(): Promise<string>
  /** The server refused it: the next read runs the command again. */
  forget(): void
}

/** Runs the command through the shell when a connection needs the password and the last one has expired. */
export function passwordFrom(command: string, freshMs = FRESH_MS): PasswordSource {
  let last: { readonly password: Promise<string>; readonly at: number } | null = null
  return {
    read() {
      const now = performance.now()
      if (last && now - last.at < freshMs) return last.password
      const asked = { password: run(command), at: now }
      last = asked
      asked.password.catch(() => {
        if (last === asked) last = null
      })
      return asked.password
    },
    forget() {
      last = null
    }
  }
}

function run(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('/bin/sh', ['-c', command], { timeout: TIMEOUT_MS, windowsHide: true }, (error, stdout) => {
      const password = stdout.replace(/\r?\n$/, '')
      if (error) reject(new Error(`REENROLL_STORE_PASSWORD_COMMAND failed (${whyEnded(error)})`))
      else if (password === '') reject(new Error('REENROLL_STORE_PASSWORD_COMMAND printed no password'))
      else resolve(password)
    })
  })
}

/** Never the error's own message: it repeats the command, which may hold a secret. */
function whyEnded(error: { code?: unknown; killed?: boolean; signal?: unknown }): string {
  if (error.killed) return `no end within ${TIMEOUT_MS} ms`
  return error.signal ? `ended by ${String(error.signal)}` : `exit code ${String(error.code)}`
}
