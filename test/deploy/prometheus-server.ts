/** A real Prometheus with the rules that ship, scraping one service every second or two. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { freePort } from '../support/loopback.ts'
import { RULE_FILES } from './rules-files.ts'

export interface Prometheus {
  /** A GET on its API, below `/api/v1`; rejects when Prometheus says no. */
  ask<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>
  /** Asks again until the answer will do. */
  until<T>(path: string, isEnough: (data: T) => boolean, query?: Readonly<Record<string, string>>): Promise<T>
  stop(): Promise<void>
}

/** A process of another project, at work on a busy machine, gets this long. */
const PATIENCE_MS = 60_000

export async function startPrometheus(
  binary: string,
  folder: string,
  target: string,
  every = '1s'
): Promise<Prometheus> {
  const port = await freePort()
  const config = {
    global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
    rule_files: RULE_FILES,
    scrape_configs: [{ job_name: 'reenroll', static_configs: [{ targets: [target] }] }]
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
  const child = spawn(
    binary,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error'
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] }
  )
  const url = `http://127.0.0.1:${port}`
  const ask = <T>(path: string, query = {}) => askOnce<T>(`${url}/api/v1/${path}?${new URLSearchParams(query)}`)
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok)
  return {
    ask,
    until: async <T>(path: string, isEnough: (data: T) => boolean, query = {}) => {
      let last: T | undefined
      await eventually(async () => {
        last = await ask<T>(path, query)
        return isEnough(last)
      })
      return last as T
    },
    stop: () => stop(child)
  }
}

async function askOnce<T>(url: string): Promise<T> {
  const answer = (await (await fetch(url)).json()) as { status: string; error?: string; data: T }
  if (answer.status !== 'success') throw new Error(`${answer.error} (${url})`)
  return answer.data
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    if (await check().catch(() => false)) return
    if (Date.now() > until) throw new Error(`not within ${PATIENCE_MS} ms`)
    await sleep(200)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
