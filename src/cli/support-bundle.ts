/** `support-bundle`: one file that shows support what runs here, without secrets and without people. */
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { arch, platform, release } from 'node:os'
import type { Command } from 'commander'
import { secretsOf } from '../app/observers.ts'
import { DEFAULT_POLICY, policyDifferences, withoutPeople } from '../config/policy/policy.ts'
import type { Env } from '../config/settings/setting.ts'
import { SETTINGS } from '../config/settings/settings.ts'
import { ownVersion } from '../config/version.ts'
import { mapJson } from '../domain/json.ts'
import { systemClock } from '../domain/time.ts'
import { examine } from '../setup/doctor.ts'
import type { RecentLine } from '../telemetry/logging.ts'
import { createPseudonym, createScrub } from '../telemetry/redact.ts'
import { gatherFindings } from './doctor.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Loaded, loadSettingsAndPolicy } from './load.ts'
import { checkWritable } from './options.ts'
import { openService } from './records.ts'

export function addSupportBundleCommand(program: Command, io: CliIo): void {
  program
    .command('support-bundle')
    .description('Write settings, findings, metrics, last errors and versions to one file, without secrets or people.')
    .option('--out <file>', 'where to write it; - prints it', `reenroll-support-${systemClock().slice(0, 10)}.json`)
    .action(({ out }: { readonly out: string }) => supportBundle(io, out))
}

async function supportBundle(io: CliIo, path: string): Promise<void> {
  if (path !== '-') checkWritable('--out', path)
  const text = JSON.stringify(await bundleOf(io), null, 2)
  if (path === '-') return io.out(text)
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new CommandFailed([`--out: ${path} cannot be written (${code}); name a file that does not exist yet.`])
  }
  io.out(`The bundle is at ${path}. Read it before you send it.`)
}

async function bundleOf(io: CliIo): Promise<object> {
  const loaded = await loadSettingsAndPolicy(io.env).catch((error: unknown) => {
    if (error instanceof CommandFailed) return error
    throw error
  })
  const isLoaded = !(loaded instanceof CommandFailed)
  const scrub = scrubOf(io.env, isLoaded ? loaded : null)
  const parts = {
    at: systemClock(),
    versions: { reenroll: ownVersion(), node: process.version, system: `${platform()} ${release()} ${arch()}` },
    settings: settingsOf(io.env),
    ...(isLoaded ? await foundIn(io, loaded) : { errors: loaded.sentences })
  }
  // Texts in keys that look like a secret's too: values are scrubbed, not left out.
  return mapJson(parts, (value) => (typeof value === 'string' ? scrub(value) : undefined)) as object
}

async function foundIn(io: CliIo, loaded: Loaded): Promise<object> {
  const service = await openService(io)
  const lines = await service.ask('/api/log').catch(reasonOf)
  const metrics =
    lines === null ? null : await fetch(`${service.url}/metrics`).then((answer) => answer.text(), reasonOf)
  return {
    policy: { hash: loaded.policyHash, differences: withoutPeople(policyDifferences(DEFAULT_POLICY, loaded.policy)) },
    doctor: await gatherFindings(loaded, null, systemClock).then(examine, reasonOf),
    service: lines === null ? 'does not run here' : { lines: linesOf(lines), metrics: metrics?.split('\n') }
  }
}

function linesOf(answer: unknown): readonly RecentLine[] | unknown {
  return typeof answer === 'object' && answer !== null && 'body' in answer ? answer.body : answer
}

function reasonOf(error: unknown): string {
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`
}

/** Whether each secret is set, and the values of all others. */
function settingsOf(env: Env): Readonly<Record<string, string>> {
  const shown = SETTINGS.flatMap(({ name, secret }) => {
    const [text, file] = [env[name], env[`${name}_FILE`]]
    if (file !== undefined) return [[`${name}_FILE`, file] as const]
    return text === undefined ? [] : [[name, secret ? `set, ${text.length} characters` : text] as const]
  })
  return Object.fromEntries(shown)
}

/** Without secrets, addresses, ids of users and the people that the policy names. */
function scrubOf(env: Env, loaded: Loaded | null): (text: string) => string {
  const secrets = SETTINGS.flatMap(({ name, secret }) => (secret ? (env[name] ?? []) : []))
  const people = loaded?.policy.decide.guards.protectedUsers ?? []
  const scrub = createScrub(
    [...secrets, ...people, ...(loaded ? secretsOf(loaded.settings) : [])],
    createPseudonym(randomUUID())
  )
  return (text) => scrub(text.replace(/\/\/[^@/\s]*@/g, '//[secret]@'))
}
