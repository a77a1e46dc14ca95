/** The settings of the self-service listener, which people who cannot enroll reach. It is off until its port is set. */
import { host, port, withoutSlash } from './listeners.ts'
import { type Setting, type SettingsSource, webAddress } from './setting.ts'

export interface SelfSettings {
  readonly host: string
  readonly port: number
  /** Where people reach it, without a slash at the end; empty: the listener's own address. */
  readonly publicUrl: string
  /** `REENROLL_SESSION_KEY`: what its links and cookies are signed with is derived from it. */
  readonly key: string
  /** The app at the org with which people sign in to see their own case; left out: there are no such pages. */
  readonly signIn?: { readonly clientId: string; readonly clientSecret: string | null }
}

export const SELF_SETTINGS = [
  {
    name: 'REENROLL_SELF_HOST',
    default: '0.0.0.0',
    meaning: 'Address of the self-service listener: the pages behind the links in messages to users.',
    check: host
  },
  {
    name: 'REENROLL_SELF_PORT',
    needed: 'for self-service',
    meaning:
      'Its port; 0 takes a free one. Without it there is no such listener, and messages to users have no links. It also needs REENROLL_SESSION_KEY.',
    example: '8081',
    check: port
  },
  {
    name: 'REENROLL_PUBLIC_SELF_URL',
    needed: 'for self-service',
    meaning: 'Address at which users reach it; messages link to it.',
    example: 'https://help.example.com',
    check: webAddress
  },
  {
    name: 'REENROLL_SELF_CLIENT_ID',
    meaning:
      'Client id of a web app at the org itself (authorization code with PKCE), assigned to everybody who may help themselves; not the app of the review pages. Its redirect address is `/sign-in/callback` at REENROLL_PUBLIC_SELF_URL. With it, people sign in to report their own failure and see their own case.',
    example: '0oa2b3c4d5E6F7G8H9I1'
  },
  {
    name: 'REENROLL_SELF_CLIENT_SECRET',
    needed: 'for a confidential client',
    meaning: 'Its client secret.',
    secret: true
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_SELF_*`; null without a port. */
export function readSelf(source: SettingsSource): SelfSettings | null {
  const clientId = source.get('REENROLL_SELF_CLIENT_ID')
  const clientSecret = source.get('REENROLL_SELF_CLIENT_SECRET')
  if (clientId === null && clientSecret !== null)
    source.error('REENROLL_SELF_CLIENT_ID', 'not set, but REENROLL_SELF_CLIENT_SECRET needs it; set the client id too')
  if (!source.isSet('REENROLL_SELF_PORT')) {
    const set = ['REENROLL_PUBLIC_SELF_URL', 'REENROLL_SELF_CLIENT_ID'].filter((name) => source.isSet(name))
    if (set.length > 0)
      source.error('REENROLL_SELF_PORT', `not set, but ${set.join(' and ')} needs it; set the port too`)
    return null
  }
  if (clientId !== null && clientId === source.get('REENROLL_OIDC_CLIENT_ID'))
    source.error(
      'REENROLL_SELF_CLIENT_ID',
      'the same as REENROLL_OIDC_CLIENT_ID; use an app of its own, so that a sign-in to one never opens the other'
    )
  const publicUrl = withoutSlash(source.get('REENROLL_PUBLIC_SELF_URL'))
  const key = source.get('REENROLL_SESSION_KEY')
  if (publicUrl === null) source.error('REENROLL_PUBLIC_SELF_URL', 'not set; write the address that users can reach')
  if (key === null) {
    source.error(
      'REENROLL_SESSION_KEY',
      'not set; REENROLL_SELF_PORT needs it, since links to users must outlive a restart'
    )
  }
  const port = Number(source.text('REENROLL_SELF_PORT'))
  const signIn = clientId === null ? {} : { signIn: { clientId, clientSecret } }
  return { host: source.text('REENROLL_SELF_HOST'), port, publicUrl: publicUrl ?? '', key: key ?? '', ...signIn }
}
