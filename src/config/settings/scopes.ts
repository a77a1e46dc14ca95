/** The one list of OAuth scopes and admin permissions: settings, guide, Terraform, `init`, `doctor` and the sandbox take theirs from here. */

interface ScopeRow {
  readonly name: `okta.${string}.${'read' | 'manage'}`
  /** Which app asks for it: one reads everything, the other does the repairs. */
  readonly app: 'reader' | 'actuator'
  /** In `OKTA_CLIENT_SCOPES` by default; left out: only where the org or the policy needs it. */
  readonly always?: true
  readonly meaning: string
  /** Of a custom admin role; none where Read-only Administrator covers it (facts §3.1). */
  readonly permissions: readonly string[]
}

/** Facts §7, §3.1, §3.2. */
export const SCOPES = [
  {
    name: 'okta.users.read',
    app: 'reader',
    always: true,
    meaning: 'users, their factors, groups and devices',
    permissions: ['okta.users.read']
  },
  {
    name: 'okta.devices.read',
    app: 'reader',
    always: true,
    meaning: 'devices, and who shares them',
    permissions: ['okta.devices.read']
  },
  { name: 'okta.logs.read', app: 'reader', always: true, meaning: 'the System Log', permissions: [] },
  {
    name: 'okta.roles.read',
    app: 'reader',
    always: true,
    meaning: 'who is an administrator',
    permissions: ['okta.iam.read']
  },
  {
    name: 'okta.groups.read',
    app: 'reader',
    meaning: 'that the groups the policy names exist; only `doctor`, `init` and `policy apply` ask for it',
    permissions: []
  },
  {
    name: 'okta.userRisk.read',
    app: 'reader',
    meaning: 'user risk, with Identity Threat Protection; without it declare `risk` absent in the policy',
    permissions: []
  },
  {
    name: 'okta.eventHooks.read',
    app: 'reader',
    meaning: 'whether the event hooks are verified (metric `reenroll_hook_verified`)',
    permissions: []
  },
  {
    name: 'okta.users.manage',
    app: 'actuator',
    always: true,
    meaning: 'the repairs of accounts and factors',
    permissions: [
      'okta.users.lifecycle.unsuspend',
      'okta.users.lifecycle.unlock',
      'okta.users.lifecycle.activate',
      'okta.users.credentials.resetFactors'
    ]
  },
  {
    name: 'okta.devices.manage',
    app: 'actuator',
    always: true,
    meaning: 'unsuspending devices',
    permissions: ['okta.devices.lifecycle.unsuspend']
  }
] as const satisfies readonly ScopeRow[]

export type ScopeName = (typeof SCOPES)[number]['name']

const rows: readonly ScopeRow[] = SCOPES

/** What an app asks for by default. */
export function scopesOfApp(app: ScopeRow['app']): readonly string[] {
  return rows.flatMap((row) => (row.app === app && row.always ? row.name : []))
}

/** For one app that does both. */
export const DEFAULT_SCOPES = [...scopesOfApp('reader'), ...scopesOfApp('actuator')]

/** Those that only some orgs or policies need. */
export const OPTIONAL_SCOPES = rows.filter(({ always }) => !always)

/** The permissions of an app's custom role. */
export function permissionsOfApp(app: ScopeRow['app']): readonly string[] {
  return rows.flatMap((row) => (row.app === app ? row.permissions : []))
}
