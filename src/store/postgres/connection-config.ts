/** Where the database is and how to connect: the URL, what Reenroll adds to it, and how values are read. */
import { execFile } from 'node:child_process'
import { Client, type ClientConfig, types } from 'pg'
import { StoreConfigError } from '../../domain/store.ts'
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import { type TlsAccess, takeTls } from './tls.ts'

/** All tables are in this schema, so that a database can be shared and one name is enough for a backup. */
export const SCHEMA = 'reenroll'

export interface ConnectionConfig {
  /** `host:port/database`, for messages. Never a password. */
  readonly name: string
  /** Options of one connection: how long a statement may take, and how long connecting, TLS and password included. */
  config(patience: { readonly statementMs: number; readonly connectMs: number }): ClientConfig
  /** Makes connections; knows the password. */
  readonly Client: typeof Client
  /** Ready before the first connection, so that a slow command costs no connection its time. */
  preparePassword(): Promise<void>
  forgetPassword(): void
}

/** A session that waits for its client inside a transaction holds locks; a partitioned replica must not hold them indefinitely. */
const IDLE_IN_TRANSACTION_MS = 10_000

/**
 * Of every session. An answer to Okta must outlive the server's crash, whatever its default of `synchronous_commit`. Plans
 * are made for the values at hand: one made for any values may walk a whole table for a page of a list. The default cost of a
 * page is that of a turning disk, for which all ended cases were walked instead of those of a week. Compiling a statement takes
 * longer than running it.
 */
const OPTIONS = [
  `search_path=${SCHEMA}`,
  'timezone=UTC',
  'datestyle=ISO',
  'synchronous_commit=on',
  'plan_cache_mode=force_custom_plan',
  'random_page_cost=1.1',
  'jit=off'
]
  .map((option) => `-c ${option}`)
  .join(' ')

/** Reads `postgres://…`. Parameters other than TLS and `options` go to the driver. */
export function readConnectionConfig(
  url: string,
  passwordCommand: string | null,
  tls: TlsAccess = {}
): ConnectionConfig {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed) {
    throw new StoreConfigError(
      'REENROLL_STORE_URL: not a valid address. Write postgres://user:password@host:5432/database, with special characters ' +
        'of the password as %XX.'
    )
  }
  const ownOptions = parsed.searchParams.get('options')
  parsed.searchParams.delete('options')
  const ssl = takeTls(parsed.searchParams, tls)
  const database = decodeURIComponent(parsed.pathname.slice(1)) || decodeURIComponent(parsed.username)
  const password = passwordCommand === null ? null : passwordFrom(passwordCommand)
  return {
    name: `${parsed.hostname || 'localhost'}:${parsed.port || 5432}/${database}`,
    Client: clientsWith(password),
    config: ({ statementMs, connectMs }) => ({
      connectionString: parsed.toString(),
      application_name: 'reenroll',
      ...(ssl === null ? {} : { ssl }),
      options: [ownOptions, OPTIONS].filter(Boolean).join(' '),
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      connectionTimeoutMillis: connectMs,
      keepAlive: true,
      types: { getTypeParser: parserOf }
    }),
    preparePassword: () => ready(password),
    forgetPassword: () => password?.forget()
  }
}

/** The driver lets the empty password of a URL win over a function in its options, so it is put in place afterwards. */
function clientsWith(password: PasswordSource | null): typeof Client {
  if (!password) return Client
  const read = () => password.read()
  return class extends Client {
    constructor(config?: string | ClientConfig) {
      super(config)
      Object.assign(this, { password: read })
    }
  }
}

async function ready(password: PasswordSource | null): Promise<void> {
  try {
    await password?.read()
  } catch (error) {
    throw new StoreConfigError(`${error instanceof Error ? error.message : String(error)}. Run it by hand to see why.`)
  }
}

const INT8 = 20
const TIMESTAMPTZ = 1184

/** 64-bit integers as numbers, since they count rows. Times as instants. Everything else as the driver does. */
function parserOf(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8) return Number
  if (oid === TIMESTAMPTZ) return instantOf
  return types.getTypeParser(oid, format)
}

/** `2026-06-15 12:00:00.123+00`, as these sessions write times, as an instant. */
function instantOf(text: string): string {
  // With all three digits of the milliseconds, as nine in ten have, or none, only the signs differ.
  if (text.length === 26 && text[19] === '.') return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`
  if (text.length === 22) return `${text.slice(0, 10)}T${text.slice(11, 19)}.000Z`
  return new Date(`${text.slice(0, -3).replace(' ', 'T')}Z`).toISOString()
}

/*
 * A password that a command prints, for databases whose passwords expire: `aws rds generate-db-auth-token …`, `gcloud
 * sql generate-login-token`, `az account get-access-token …`.
 */

/** Such tokens are good for 15 minutes or more for new connections (AWS, Azure, Google); a third of that is safe. */
const FRESH_MS = 5 * MINUTE_MS
/** Cloud tools may start slowly. */
const TIMEOUT_MS = 10 * SECOND_MS

interface PasswordSource {
  /** The current password. Rejects with a sentence that never shows what the command printed. */
  read(): Promise<string>
  /** The server refused it: the next read runs the command again. */
  forget(): void
}

/** Runs the command through the shell when a connection needs the password and the last one has expired. */
function passwordFrom(command: string, freshMs = FRESH_MS): PasswordSource {
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
