/** The people who run Reenroll in the simulated org, and the web app through which they sign in to its pages. */
import { randomBytes } from 'node:crypto'
import type { Settings } from '../config/settings/settings.ts'
import type { Org } from '../sandbox/org/org.ts'
import type { SignInApp } from '../sandbox/server/sign-in.ts'

const CLIENT_ID = '0oaReenrollPages0000'
const GROUPS = { approvers: 'Reenroll approvers', viewers: 'Service desk' } as const

/** Two approvers, since some proposals take two, and a viewer. */
const STAFF = [
  { firstName: 'Ana', lastName: 'Approver', group: GROUPS.approvers },
  { firstName: 'Ben', lastName: 'Approver', group: GROUPS.approvers },
  { firstName: 'Vera', lastName: 'Viewer', group: GROUPS.viewers }
] as const

/** Adds them; after everybody else, so that nobody's ids change. */
export function addStaff(org: Org): void {
  const ids = new Map(Object.values(GROUPS).map((name) => [name as string, org.addGroup(name).id]))
  for (const { firstName, lastName, group } of STAFF) {
    const email = `${firstName}.${lastName}@example.com`.toLowerCase()
    const user = org.addUser({ profile: { firstName, lastName, login: email, email } })
    user.groupIds = [...user.groupIds, ids.get(group) ?? '']
  }
}

/** The web app of pages that people reach at this address, as an admin registers it. */
export function newSignInApp(secret: string, pagesUrl: string): SignInApp {
  return {
    clientId: CLIENT_ID,
    clientSecret: secret,
    redirectUris: [`${pagesUrl}/sign-in/callback`],
    postLogoutRedirectUris: [`${pagesUrl}/sign-in`]
  }
}

export function newSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** The same, as a service's settings say it. */
export function signInSettings(issuer: string, clientSecret: string): NonNullable<Settings['review']> {
  return {
    publicUrl: null,
    sessionKey: newSecret(),
    oidc: {
      issuer,
      clientId: CLIENT_ID,
      clientSecret,
      groupsClaim: 'groups',
      approverGroups: [GROUPS.approvers],
      viewerGroups: [GROUPS.viewers],
      scopes: ['openid', 'profile', 'email', 'groups']
    }
  }
}

/** The same, as lines for the environment. */
export function signInEnv(issuer: string, clientSecret: string, pagesUrl: string): readonly string[] {
  return [
    `REENROLL_PUBLIC_OPS_URL=${pagesUrl}`,
    `REENROLL_OIDC_ISSUER=${issuer}`,
    `REENROLL_OIDC_CLIENT_ID=${CLIENT_ID}`,
    `REENROLL_OIDC_CLIENT_SECRET=${clientSecret}`,
    `REENROLL_OIDC_APPROVER_GROUPS="${GROUPS.approvers}"`,
    `REENROLL_OIDC_VIEWER_GROUPS="${GROUPS.viewers}"`
  ]
}
