/**
 * Servers that the test files of one tap run share. The first file that needs one starts it as a separate process,
 * which ends with tap. A test file run without tap starts its own.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

type Name = 'postgres' | 'chromium'
export type StartServer = () => Promise<{ readonly url: string; stop(): Promise<unknown> }>

const FOLDER = new URL('../../.tap/servers/', import.meta.url)
const POLL_MS = 50
const START_TIMEOUT_MS = 120_000

/** The URL of the run's server; null without a run. `script` calls `serveUntilTapEnds`. */
export async function sharedServer(name: Name, script: URL): Promise<string | null> {
  if (process.env.TAP !== '1') return null
  mkdirSync(FOLDER, { recursive: true })
  const run = `${process.ppid}-${name}`
  const file = new URL(`${run}.json`, FOLDER)
  if (isFirst(new URL(`${run}.lock`, FOLDER))) {
    const args = [script.pathname, String(process.ppid), file.pathname]
    spawn(process.execPath, args, { detached: true, stdio: 'ignore' }).unref()
  }
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; await delay(POLL_MS)) {
    if (!existsSync(file)) continue
    const { url, error } = JSON.parse(readFileSync(file, 'utf8'))
    if (error) throw new Error(error)
    return url
  }
  throw new Error(`the shared ${name} did not start within ${START_TIMEOUT_MS} ms`)
}

function isFirst(lock: URL): boolean {
  try {
    writeFileSync(lock, '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

/** The main function of a server's script: writes the URL to the file that it is given, and stops when tap has ended. */
export async function serveUntilTapEnds(start: StartServer): Promise<void> {
  const [tap, file = ''] = process.argv.slice(2)
  const answer = (found: { url: string } | { error: string }) => {
    writeFileSync(`${file}.part`, JSON.stringify(found))
    renameSync(`${file}.part`, file)
  }
  const server = await start().catch((error: Error) => {
    answer({ error: error.message })
    return null
  })
  if (server) answer({ url: server.url })
  while (isAlive(Number(tap))) await delay(1_000)
  await server?.stop()
  for (const path of [file, file.replace(/json$/, 'lock')]) rmSync(path, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
