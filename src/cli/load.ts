/** Settings, policy and store for a command, or a sentence for each error in them. */
import { isUtf8 } from 'node:buffer'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createPolicyInForce } from '../app/policy-in-force.ts'
import type { PolicyRead } from '../config/policy/file.ts'
import { DEFAULT_POLICY, POLICY_BYTES, type Policy, policyHash } from '../config/policy/policy.ts'
import type { Env } from '../config/settings/setting.ts'
import { readSettings, readStoreSettings, type Settings } from '../config/settings/settings.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import { MODES } from '../domain/vocabulary.ts'
import { type CliIo, CommandFailed } from './io.ts'

export interface Loaded {
  readonly settings: Settings
  readonly policy: Policy
  readonly policyHash: string
  readonly warnings: readonly string[]
}

/** Reads both before it fails, so that one start shows every error. */
export async function loadSettingsAndPolicy(env: Env): Promise<Loaded> {
  const read = readSettings(env)
  const path = env.REENROLL_POLICY_FILE?.trim() || null
  const policy = path === null ? BUILT_IN : await readPolicyAt(path)
  if (!read.ok || !policy.ok) {
    const errors = [...(read.ok ? [] : read.errors), ...(policy.ok ? [] : policy.errors)]
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`
    throw new CommandFailed([`Configuration is invalid (${count}); not starting.`, ...errors])
  }
  const warnings = [...read.warnings, ...mismatches(read.settings, policy.policy)]
  return { settings: read.settings, policy: policy.policy, policyHash: policy.hash, warnings }
}

/** The part of the policy for decisions under given controls, as a service with these settings would have it. */
export async function openDecidePolicy(io: CliIo): Promise<(controls: Controls) => Promise<DecidePolicy>> {
  const path = io.env.REENROLL_POLICY_FILE?.trim() || null
  const read = path === null ? BUILT_IN : await readPolicyAt(path)
  if (!read.ok) throw new CommandFailed(read.errors)
  const onError = (error: unknown) => io.err(String(error))
  const mode = MODES.find((mode) => mode === io.env.REENROLL_MODE?.trim()) ?? 'observe'
  const inForce = createPolicyInForce({ atStart: read.policy, mode, onError })
  return async (controls) => (await inForce.under(controls)).decide
}

const BUILT_IN: PolicyRead = { ok: true, policy: DEFAULT_POLICY, hash: policyHash(DEFAULT_POLICY) }

/** Loads the YAML reader, half of all code that a start loads, only when there is a file. */
async function readPolicyAt(path: string): Promise<PolicyRead> {
  const text = policyText(path)
  if (typeof text !== 'string') return { ok: false, errors: [`REENROLL_POLICY_FILE: ${text.because}`] }
  const { readPolicy } = await import('../config/policy/file.ts')
  const read = readPolicy(text)
  return read.ok ? read : { ok: false, errors: read.errors.map((error) => `${path}, ${error}`) }
}

/** The text of a policy file, or why there is none. A device or a pipe is not read: it may never end. */
function policyText(path: string): string | { readonly because: string } {
  try {
    const { size } = statSync(path)
    if (!statSync(path).isFile()) return { because: `${path} is not a file; name a policy file.` }
    if (size > POLICY_BYTES)
      return { because: `${path} is larger than ${POLICY_BYTES / 1024} KiB; name a policy file.` }
    const bytes = readFileSync(path)
    return isUtf8(bytes) ? bytes.toString() : { because: `${path} is not UTF-8 text; save it as UTF-8.` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { because: `${path} cannot be read (${code}); check the path and its permissions.` }
  }
}

/** The text of an `.env` file, without the mark that editors put before it; empty without the file. */
export function envTextAt(path: string): string {
  if (!existsSync(path)) return ''
  try {
    return readFileSync(path, 'utf8').replace(/^\u{feff}/u, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new CommandFailed([`${path} cannot be read (${code}); make it a file that this user may read.`])
  }
}

/** The text of a policy file that a person named. `option`: where they named it. */
export function policyTextOf(path: string, option: string): string {
  const text = policyText(path)
  if (typeof text === 'string') return text
  throw new CommandFailed([`${option}: ${text.because}`])
}

/** Warnings about settings and policy that are valid alone but do not fit together. */
function mismatches({ okta, mode, mail }: Settings, { decide, summary }: Policy): readonly string[] {
  const unsent =
    summary.to === '' || mail
      ? []
      : ['summary.to: no mail server is set, so no summary is sent; set REENROLL_SMTP_URL.']
  if (okta.auth.kind !== 'private_key') return unsent
  const { scopes } = okta.auth
  const risk =
    scopes.includes('okta.userRisk.read') || decide.absentSources.includes('risk')
      ? []
      : [
          'OKTA_CLIENT_SCOPES: okta.userRisk.read is missing, so user risk stays unknown and nothing is ever written; ' +
            'add the scope, or list risk under absentSources in the policy if the org has no Identity Threat Protection.'
        ]
  const writer = okta.actuator ?? okta.auth
  const setting = okta.actuator ? 'REENROLL_ACTUATOR_SCOPES' : 'OKTA_CLIENT_SCOPES'
  const writes =
    mode === 'observe' || writer.scopes.includes('okta.users.manage')
      ? []
      : [
          `${setting}: okta.users.manage is missing, so every write will be refused; add it, or set REENROLL_MODE=observe.`
        ]
  return [...unsent, ...risk, ...writes]
}

/** Whether there is no store: an empty file holds none either. */
export function isMissing(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/**
 * Opens the store that `REENROLL_STORE_URL` names, or `url`, which a person named with `--store`. Creates a missing one only
 * when `mayMake`. With `readOnly` a file is opened beside the service that writes it.
 */
export async function openStoreFor(
  io: CliIo,
  url?: string,
  { mayMake = false, readOnly = false } = {}
): Promise<Store> {
  const named = url === undefined ? 'REENROLL_STORE_URL' : '--store'
  const read = readStoreSettings(url === undefined ? io.env : { ...io.env, REENROLL_STORE_URL: url })
  if (!read.ok) throw new CommandFailed(read.errors.map((error) => error.replace('REENROLL_STORE_URL', named)))
  const { storeUrl, storeAccess } = read.access
  const path = /^sqlite:(.*)$/s.exec(storeUrl)?.[1]
  if (path !== undefined && !mayMake && isMissing(path)) {
    throw new CommandFailed([`${named}: there is no store at ${path}; check the path.`])
  }
  if (path !== undefined && readOnly) return (await import('../store/sqlite/same-thread.ts')).openForReading(path)
  const { openStore } = await import('../store/open.ts')
  return openStore(storeUrl, storeAccess)
}
