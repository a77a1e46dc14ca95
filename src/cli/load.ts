/** Settings and policy for a command, or one sentence for everything that is wrong with either. */
import { readFileSync } from 'node:fs'
import type { PolicyRead } from '../config/policy/file.ts'
import { DEFAULT_POLICY, type Policy, policyHash } from '../config/policy/policy.ts'
import { readSettings, type Settings } from '../config/settings/settings.ts'
import type { Env } from '../config/settings/values.ts'
import { CommandFailed } from './io.ts'

export interface Loaded {
  readonly settings: Settings
  readonly policy: Policy
  readonly policyHash: string
  readonly warnings: readonly string[]
}

/** Reads both before it complains, so that one start shows every fault. */
export async function loadSettingsAndPolicy(env: Env): Promise<Loaded> {
  const read = readSettings(env)
  const path = env.REENROLL_POLICY_FILE?.trim() || null
  const policy = path === null ? BUILT_IN : await readPolicyAt(path)
  if (!read.ok || !policy.ok) {
    const faults = [...(read.ok ? [] : read.faults), ...(policy.ok ? [] : policy.faults)]
    const many = faults.length > 1 ? `${faults.length} faults in settings and policy` : 'A fault in settings or policy'
    throw new CommandFailed([`${many}; nothing was started.`, ...faults])
  }
  const warnings = [...read.warnings, ...doubts(read.settings, policy.policy)]
  return { settings: read.settings, policy: policy.policy, policyHash: policy.hash, warnings }
}

const BUILT_IN: PolicyRead = { ok: true, policy: DEFAULT_POLICY, hash: policyHash(DEFAULT_POLICY) }

/** What reads and checks YAML is half of everything there is to load, and only wanted when there is some. */
async function readPolicyAt(path: string): Promise<PolicyRead> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { ok: false, faults: [`REENROLL_POLICY_FILE names a file that cannot be read (${path}: ${code}).`] }
  }
  const { readPolicy } = await import('../config/policy/file.ts')
  const read = readPolicy(text)
  return read.ok ? read : { ok: false, faults: read.faults.map((fault) => `${path}, ${fault}`) }
}

/** What is right in each and does not go together. */
function doubts({ okta, mode }: Settings, { decide }: Policy): readonly string[] {
  if (okta.auth.kind !== 'private_key') return []
  const { scopes } = okta.auth
  const risk =
    scopes.includes('okta.userRisk.read') || decide.absentSources.includes('risk')
      ? []
      : [
          'OKTA_CLIENT_SCOPES lacks okta.userRisk.read, so the risk of a user stays unknown and nothing is ever written. ' +
            'Add the scope, or list risk under absentSources in the policy if the org has no Identity Threat Protection.'
        ]
  const writer = okta.actuator ?? okta.auth
  const setting = okta.actuator ? 'REENROLL_ACTUATOR_SCOPES' : 'OKTA_CLIENT_SCOPES'
  const writes =
    mode === 'observe' || writer.scopes.includes('okta.users.manage')
      ? []
      : [`${setting} lacks okta.users.manage, so every write will be refused. Set REENROLL_MODE=observe, or add it.`]
  return [...risk, ...writes]
}
