/**
 * Does what the Dockerfile says, step by step, in an empty directory of this machine, and sees whether the service starts
 * with what is then there: `node test/deploy/dockerfile-steps.ts`. It takes packages from the registry, so no test runs it.
 */

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/loopback.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const INTERPRETER = process.execPath

interface Stage {
  readonly name: string
  readonly folder: string
}

/** Instructions with continued lines joined and comments left out. */
function instructionsOf(text: string): readonly (readonly [string, string])[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
      return [word, rest] as const
    })
}

/** Copies into the stage, from the sources or from another stage's folder (`/app` there is the folder itself). */
function copy(rest: string, stage: Stage, stages: readonly Stage[]): void {
  const [, fromName] = /^--from=(\S+)/.exec(rest) ?? []
  const words = rest.replace(/^--from=\S+\s+/, '').split(/\s+/)
  const target = words.at(-1) ?? '.'
  const from = stages.find(({ name }) => name === fromName)?.folder ?? ROOT
  for (const word of words.slice(0, -1)) {
    const source = join(from, word.replace(/^\/app\//, ''))
    const into = target.endsWith('/') ? join(stage.folder, target, basename(word)) : join(stage.folder, target)
    cpSync(source, into, { recursive: true, verbatimSymlinks: true })
  }
}

function build(work: string): { last: Stage; command: readonly string[] } {
  const stages: Stage[] = []
  let command: readonly string[] = []
  for (const [word, rest] of instructionsOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))) {
    if (word === 'FROM') {
      const name = / AS (\S+)$/.exec(rest)?.[1] ?? 'final'
      const folder = join(work, name)
      mkdirSync(folder)
      stages.push({ name, folder })
    }
    const stage = stages.at(-1)
    if (!stage) throw new Error('the Dockerfile does not begin with FROM')
    if (word === 'COPY') copy(rest, stage, stages)
    if (word === 'RUN') run(rest, stage)
    if (word === 'CMD') command = JSON.parse(rest)
    console.log(`${stage.name}: ${word} ${rest.slice(0, 100)}`)
  }
  return { last: stages.at(-1) ?? { name: '', folder: work }, command }
}

/** Without what concerns the image's own users and the machine's npm cache. */
function run(rest: string, { folder }: Stage): void {
  const here = rest.replaceAll(/&& (?:chown \S+ \S+|npm cache clean --force)/g, '')
  execFileSync('sh', ['-c', here], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
}

async function start({ folder }: Stage, [, ...args]: readonly string[]): Promise<void> {
  const [hook, ops] = [await freePort(), await freePort()]
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    OKTA_CLIENT_ORGURL: 'https://example.okta.com',
    OKTA_CLIENT_TOKEN: '00example-token-for-a-start-only',
    REENROLL_HOOK_SECRETS: 'a-secret-for-this-start-only-0001',
    REENROLL_OPS_TOKEN: 'a-token-for-this-start-only-00001',
    REENROLL_HOOK_HOST: '127.0.0.1',
    REENROLL_HOOK_PORT: String(hook),
    REENROLL_OPS_PORT: String(ops),
    REENROLL_STORE_URL: `sqlite:${join(folder, 'data/reenroll.db')}`
  }
  const child = spawn(INTERPRETER, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] })
  try {
    for (let tries = 0; ; tries++) {
      const answer = await fetch(`http://127.0.0.1:${ops}/readyz`).catch(() => null)
      if (answer?.ok) break
      if (tries > 150 || child.exitCode !== null) throw new Error('the service did not become ready')
      await sleep(200)
    }
    console.log(`ready: ${await (await fetch(`http://127.0.0.1:${hook}/livez`)).text()}`)
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  console.log(`ended with ${child.exitCode}`)
  if (child.exitCode !== 0) process.exitCode = 1
}

const work = mkdtempSync(join(tmpdir(), 'reenroll-image-'))
try {
  const { last, command } = build(work)
  const modules = readdirSync(join(last.folder, 'node_modules'))
  if (modules.includes('tap') || modules.includes('typescript'))
    throw new Error('development packages are in the image')
  console.log(`${modules.length} folders in node_modules, none of development only`)
  await start(last, command)
} finally {
  rmSync(work, { recursive: true, force: true })
}
