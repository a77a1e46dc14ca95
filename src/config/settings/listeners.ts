/** The settings of the hook and ops listeners, and what all listeners share. */
import { isIP } from 'node:net'
import {
  bearerSecret,
  MIN_SECRET_LENGTH,
  type Setting,
  type SettingsSource,
  secretProblem,
  type TextCheck,
  textLike,
  webAddress
} from './setting.ts'

export interface HookSettings {
  readonly secrets: readonly string[]
  /** Lower-case name of the header that carries the secret. */
  readonly authHeader: string
  readonly host: string
  readonly port: number
  /** Where Okta reaches it, path and all; the canary goes there. */
  readonly publicUrl?: string | null
}

export interface OpsSettings {
  readonly host: string
  readonly port: number
  readonly token: string
  /** Further host names under which the listener is reached, in lower case. */
  readonly hosts?: readonly string[]
}

/** Headers with another meaning on the way in; they cannot carry the secret. */
const TAKEN_HEADERS = ['host', 'content-type', 'content-length', 'connection', 'x-okta-verification-challenge']

/** A host to listen at. */
export const host = textLike(
  /^([A-Za-z0-9._-]+|[0-9A-Fa-f:.]+)$/,
  'a valid host; write an address or a host name alone, such as 127.0.0.1, without port or scheme'
)

/** A port to listen at. */
export const port: TextCheck = (text) => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return null
  // Kubernetes sets NAME_PORT=tcp://… for a Service called NAME (docs: "Accessing the Service", environment variables).
  return text.startsWith('tcp://')
    ? `${text} comes from a Kubernetes Service of that name; set enableServiceLinks: false in the pod`
    : `${text} is not a valid port (0-65535)`
}

const secretList: TextCheck = (text) => {
  const secrets = secretsIn(text)
  const problems = secrets.flatMap((secret, index) => {
    const which = secrets.length > 1 ? `secret ${index + 1}` : 'a secret'
    const problem = secrets.indexOf(secret) < index ? `${which} is there twice; keep one` : secretProblem(secret, which)
    return problem === null ? [] : [problem]
  })
  return problems.length === 0 ? null : problems.join('; ')
}

const headerName: TextCheck = (text) =>
  /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text) && !TAKEN_HEADERS.includes(text.toLowerCase())
    ? null
    : `${text} cannot carry the secret; write authorization, or a header of your own that begins with x-`

/** An address such as 10.0.0.7, or a range of them such as 10.0.0.0/8. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined) return false
  // A range of everybody would believe any caller.
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  )
}

const addressRanges: TextCheck = (text) => {
  const wrong = itemsIn(text).filter((item) => !isAddressRange(item))
  return wrong.length === 0
    ? null
    : `${wrong.join(' and ')} cannot be trusted; write addresses or ranges such as 10.0.0.7 or 10.0.0.0/8, separated by commas`
}

export const OPS_SETTINGS = [
  {
    name: 'REENROLL_OPS_HOST',
    default: '127.0.0.1',
    meaning: 'Address of the internal listener: API, metrics, health.',
    check: host
  },
  {
    name: 'REENROLL_OPS_PORT',
    default: '9090',
    meaning: 'Its port; 0 takes a free one.',
    check: port
  },
  {
    name: 'REENROLL_OPS_TOKEN',
    needed: 'required',
    meaning: `Bearer token of the API, at least ${MIN_SECRET_LENGTH} characters. Anybody who has it may approve, but never as one of two. For the first sign-in and emergencies; scripts get API tokens of their own (\`reenroll token create\`).`,
    secret: true,
    check: bearerSecret,
    whenMissing: `make one of at least ${MIN_SECRET_LENGTH} characters (openssl rand -hex 32)`
  },
  {
    name: 'REENROLL_OPS_HOSTS',
    meaning:
      'Host names under which the internal listener is reached, separated by commas. Not needed for addresses, names without a dot, and the name in REENROLL_PUBLIC_OPS_URL. Other names are refused: a web page could use them to read from inside your network.',
    example: 'reenroll.ops.svc.cluster.local',
    check: textLike(
      /^[A-Za-z0-9._-]+(\s*,\s*[A-Za-z0-9._-]+)*$/,
      'a list of host names; write names alone, separated by commas'
    )
  }
] as const satisfies readonly Setting[]

export const LISTENER_SETTINGS = [
  {
    name: 'REENROLL_HOOK_SECRETS',
    needed: 'required',
    meaning: `Secrets that Okta may send with a delivery, separated by commas, each at least ${MIN_SECRET_LENGTH} characters. Any of them is accepted, so that they can be rotated.`,
    secret: true,
    check: secretList,
    whenMissing: 'make a secret (openssl rand -hex 32) and give it to the event hook too'
  },
  {
    name: 'REENROLL_HOOK_AUTH_HEADER',
    default: 'authorization',
    meaning: 'Header that carries the secret, as set in the event hook.',
    check: headerName
  },
  {
    name: 'REENROLL_HOOK_HOST',
    default: '0.0.0.0',
    meaning: 'Address of the public listener: event hook and liveness, nothing else.',
    check: host
  },
  {
    name: 'REENROLL_HOOK_PORT',
    default: '8080',
    meaning: 'Its port; 0 takes a free one.',
    check: port
  },
  ...OPS_SETTINGS,
  {
    name: 'REENROLL_TRUSTED_PROXIES',
    needed: 'behind a proxy or load balancer',
    meaning:
      'Addresses of your own proxies, or ranges such as `10.0.0.0/8`, separated by commas, for all listeners. Limits per address then count the caller that their `X-Forwarded-For` names; without it, all callers behind a proxy share one limit. The header of anybody else is ignored.',
    example: '10.0.0.0/8',
    check: addressRanges
  },
  {
    name: 'REENROLL_PUBLIC_HOOK_URL',
    needed: 'for the canary',
    meaning:
      'Address of the hook as Okta has it, path and all. A signed delivery of our own goes there now and then (`canary` in the policy), to prove that the way from outside to a handled case is open. Without it none is sent.',
    example: 'https://reenroll.example.com/okta/event-hooks',
    check: webAddress
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_HOOK_*`. */
export function readHook(source: SettingsSource): HookSettings {
  return {
    secrets: secretsIn(source.text('REENROLL_HOOK_SECRETS')),
    authHeader: source.text('REENROLL_HOOK_AUTH_HEADER').toLowerCase(),
    host: source.text('REENROLL_HOOK_HOST'),
    port: Number(source.text('REENROLL_HOOK_PORT')),
    publicUrl: withoutSlash(source.get('REENROLL_PUBLIC_HOOK_URL'))
  }
}

/** Reads `REENROLL_TRUSTED_PROXIES`, as Fastify's `trustProxy` takes it. */
export function readTrustedProxies(source: SettingsSource): string[] {
  return [...itemsIn(source.text('REENROLL_TRUSTED_PROXIES'))]
}

/** Reads `REENROLL_OPS_*`. */
export function readOps(source: SettingsSource): OpsSettings {
  return {
    host: source.text('REENROLL_OPS_HOST'),
    port: Number(source.text('REENROLL_OPS_PORT')),
    token: source.text('REENROLL_OPS_TOKEN'),
    hosts: itemsIn(source.text('REENROLL_OPS_HOSTS').toLowerCase())
  }
}

/** The address of a listener for callers on this machine. */
export function localUrl(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** The listeners share neither secret nor port. */
export function checkListeners(
  source: SettingsSource,
  hook: HookSettings,
  ops: OpsSettings,
  self: { readonly port: number } | null
): void {
  if (ops.token !== '' && hook.secrets.includes(ops.token)) {
    source.error('REENROLL_OPS_TOKEN', 'it equals a hook secret, so Okta could use the API; make another one')
  }
  if (ops.port !== 0 && ops.port === hook.port) {
    source.error('REENROLL_OPS_PORT', `${ops.port} is also REENROLL_HOOK_PORT; give the listeners different ports`)
  }
  const ports = { REENROLL_HOOK_PORT: hook.port, REENROLL_OPS_PORT: ops.port }
  const taken = Object.entries(ports).find(([, port]) => self !== null && self.port !== 0 && port === self.port)
  if (taken) {
    source.error('REENROLL_SELF_PORT', `${self?.port} is also ${taken[0]}; give the listeners different ports`)
  }
}

/** An address without the slash at its end. */
export function withoutSlash(address: string | null): string | null {
  return address?.replace(/\/+$/, '') ?? null
}

/** The items of a list separated by commas. */
export function itemsIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}

function secretsIn(text: string): readonly string[] {
  return text === '' ? [] : text.split(/[,\r\n]/).map((part) => part.trim())
}
