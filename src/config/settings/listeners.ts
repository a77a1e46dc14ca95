/** The settings of the two listeners, the store, the policy file and the mode. */

import { MODES, type Mode } from '../../domain/vocabulary.ts'
import { readUrl } from './review.ts'
import type { Settings } from './settings.ts'
import { MIN_SECRET_LENGTH, type SettingName } from './table.ts'
import type { SettingsSource } from './values.ts'

/** Headers that mean something else on the way in, so none of them can carry the secret. */
const TAKEN_HEADERS = ['host', 'content-type', 'content-length', 'connection', 'x-okta-verification-challenge']

/** Reads `REENROLL_HOOK_*`; null when anything in it is wrong. */
export function readHook(source: SettingsSource): Settings['hook'] | null {
  const secrets = readHookSecrets(source)
  const authHeader = readAuthHeader(source)
  const host = readHost(source, 'REENROLL_HOOK_HOST')
  const port = readPort(source, 'REENROLL_HOOK_PORT')
  const before = source.faults.length
  const publicUrl = readUrl(source, 'REENROLL_PUBLIC_HOOK_URL')
  if (source.faults.length > before) return null
  return secrets && authHeader && host && port !== null ? { secrets, authHeader, host, port, publicUrl } : null
}

/** Reads `REENROLL_OPS_*`; `hook`, when known, must not share its secret or its port. */
export function readOps(source: SettingsSource, hook: Settings['hook'] | null): Settings['ops'] | null {
  const host = readHost(source, 'REENROLL_OPS_HOST')
  const port = readPort(source, 'REENROLL_OPS_PORT')
  const token = source.get('REENROLL_OPS_TOKEN')
  if (token === null && !source.isSet('REENROLL_OPS_TOKEN')) {
    source.fault(
      `REENROLL_OPS_TOKEN is not set. Make one of at least ${MIN_SECRET_LENGTH} characters: openssl rand -hex 32.`
    )
  }
  const fault = token === null ? null : faultOfSecret(token)
  if (fault !== null) source.fault(`REENROLL_OPS_TOKEN ${fault}`)
  if (token !== null && hook?.secrets.includes(token)) {
    source.fault('REENROLL_OPS_TOKEN equals a hook secret, so Okta could use the API. Make another one.')
  }
  if (hook && port !== null && port !== 0 && port === hook.port) {
    source.fault(`REENROLL_OPS_PORT and REENROLL_HOOK_PORT are both ${port}. The listeners need different ports.`)
  }
  return token !== null && fault === null && host && port !== null ? { host, port, token } : null
}

/** Reads the store, the policy file and the mode; null when anything in it is wrong. */
export function readPlaces(source: SettingsSource): Pick<Settings, 'storeUrl' | 'policyFile' | 'mode'> | null {
  const storeUrl = readStoreUrl(source)
  const mode = source.get('REENROLL_MODE')
  if (!isMode(mode)) source.fault(`REENROLL_MODE is ${mode}. Write observe, propose or auto.`)
  return storeUrl && isMode(mode) ? { storeUrl, policyFile: source.get('REENROLL_POLICY_FILE'), mode } : null
}

function isMode(text: string | null): text is Mode {
  return text !== null && (MODES as readonly string[]).includes(text)
}

function readHookSecrets(source: SettingsSource): readonly string[] | null {
  const text = source.get('REENROLL_HOOK_SECRETS')
  if (text === null) {
    if (!source.isSet('REENROLL_HOOK_SECRETS')) {
      source.fault(
        'REENROLL_HOOK_SECRETS is not set. Make a secret (openssl rand -hex 32) and give it to the event hook too.'
      )
    }
    return null
  }
  const secrets = text.split(/[,\r\n]/).map((part) => part.trim())
  const which = (index: number) => (secrets.length > 1 ? `, secret ${index + 1},` : '')
  const faults = secrets.flatMap((secret, index) => {
    const fault = secrets.indexOf(secret) < index ? 'is there twice. Keep one.' : faultOfSecret(secret)
    return fault === null ? [] : [`REENROLL_HOOK_SECRETS${which(index)} ${fault}`]
  })
  for (const fault of faults) source.fault(fault)
  return faults.length === 0 ? secrets : null
}

/** What is wrong with a secret, without showing it. */
function faultOfSecret(secret: string): string | null {
  if (secret === '') return 'is empty. Remove the extra comma.'
  if (!/^[\x20-\x7e]+$/.test(secret)) return 'has characters that no HTTP header can carry. Use letters and digits.'
  if (secret.length >= MIN_SECRET_LENGTH) return null
  return `has ${secret.length} characters, which can be guessed. Use at least ${MIN_SECRET_LENGTH}: openssl rand -hex 32.`
}

function readAuthHeader(source: SettingsSource): string | null {
  const name = (source.get('REENROLL_HOOK_AUTH_HEADER') ?? '').toLowerCase()
  if (/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !TAKEN_HEADERS.includes(name)) return name
  source.fault(
    `REENROLL_HOOK_AUTH_HEADER is ${name}, which cannot carry the secret. Write authorization, or x-… of your own.`
  )
  return null
}

function readHost(source: SettingsSource, name: SettingName): string | null {
  const host = source.get(name) ?? ''
  if (/^[A-Za-z0-9._-]+$/.test(host) || /^[0-9A-Fa-f:.]+$/.test(host)) return host
  source.fault(`${name} is ${host}. Write an address or a host name alone, such as 127.0.0.1, without port or scheme.`)
  return null
}

function readPort(source: SettingsSource, name: SettingName): number | null {
  const text = source.get(name) ?? ''
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  // Kubernetes sets NAME_PORT=tcp://… for a Service called NAME (docs: "Accessing the Service", environment variables).
  const hint = text.startsWith('tcp://')
    ? 'Kubernetes sets it for a Service of that name: set enableServiceLinks: false in the pod'
    : 'Write a number from 0 to 65535; 0 takes a free port'
  source.fault(`${name} is ${text}, which is no port. ${hint}.`)
  return null
}

/** Reads `REENROLL_STORE_URL`; null when it is wrong. */
export function readStoreUrl(source: SettingsSource): string | null {
  const url = source.get('REENROLL_STORE_URL') ?? ''
  if (url === 'memory:') {
    source.warn('REENROLL_STORE_URL is memory: every case is lost when the process ends. Use it for tests only.')
    return url
  }
  if (/^sqlite:(?!\/\/|:)./.test(url) || (/^postgres(ql)?:\/\/./.test(url) && URL.canParse(url))) return url
  // The value is not shown: a postgres URL carries a password.
  source.fault('REENROLL_STORE_URL is neither sqlite:<path>, such as sqlite:data/reenroll.db, nor postgres://….')
  return null
}
