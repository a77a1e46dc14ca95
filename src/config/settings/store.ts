/** The settings that say where the store is and how to connect to it. */
import {
  choiceOf,
  numberText,
  type Setting,
  type SettingsSource,
  secretProblem,
  type TextCheck,
  webAddress
} from './setting.ts'

/** `require` encrypts and accepts any certificate; the others want it signed by a known authority, `verify-full` for this host. */
export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const

export type SslMode = (typeof SSL_MODES)[number]

export interface StoreAccess {
  /** Prints the current password; null when the URL has it. */
  readonly passwordCommand: string | null
  /** Connections for work, of each replica. */
  readonly connections: number
  /** How the connection is encrypted; null when the URL says it. */
  readonly sslMode: SslMode | null
  /** PEM file of the trusted authorities. */
  readonly sslRootCert: string | null
  /** The first signs ledger entries; the others verify what they signed. */
  readonly ledgerKeys: readonly string[]
  /** Where the end of the ledger goes beside the log: `file:<path>` or a web address. */
  readonly ledgerHeadTo?: string | null
}

export interface StoreSettings {
  readonly storeUrl: string
  readonly storeAccess: StoreAccess
}

const MAX_CONNECTIONS = 200

/** Never quoted: a postgres URL carries a password. */
const storeUrl: TextCheck = (url) => {
  if (url === 'memory:') return null
  if (/^sqlite:\/(proc|sys|dev)(\/|$)/.test(url)) {
    return 'the path is in a file system of the kernel, which cannot keep a database; write a path on a disk'
  }
  if (/^sqlite:(?!\/\/|:)./.test(url) || (/^postgres(ql)?:\/\/./.test(url) && URL.canParse(url))) return null
  return 'the value is neither sqlite:<path>, such as sqlite:data/reenroll.db, nor postgres://…; write one of them'
}

const headPlace: TextCheck = (text) => {
  if (/^\.{0,2}\//.test(text)) return `${text} is a path; write file:/path/to/it, or a web address`
  if (!text.startsWith('file:')) return webAddress(text)
  return text.startsWith('file:/') ? null : 'the path is not whole; write file:/path/to/it'
}

const ledgerKeyTexts: TextCheck = (text) => {
  const problems = keysIn(text).flatMap((key, n) => secretProblem(key, `key ${n + 1}`) ?? [])
  return problems[0] ?? null
}

function keysIn(text: string): readonly string[] {
  return text.split(',').map((key) => key.trim())
}

export const STORE_SETTINGS = [
  {
    name: 'REENROLL_STORE_URL',
    default: 'sqlite:data/reenroll.db',
    meaning: 'Where cases are kept: `sqlite:` and a path, or `postgres://…`. `memory:` is for tests.',
    check: storeUrl
  },
  {
    name: 'REENROLL_STORE_PASSWORD_COMMAND',
    meaning:
      'Command that prints the password of the database, for passwords that expire (AWS, Google and Azure sign-in tokens). It runs at start and when the last password is five minutes old.',
    example: 'aws rds generate-db-auth-token --hostname db.example.com --port 5432 --username reenroll'
  },
  {
    name: 'REENROLL_STORE_POOL',
    default: '10',
    meaning: 'Connections to PostgreSQL for work, of each replica. Deliveries and notifications have three more.',
    check: numberText(2, MAX_CONNECTIONS, `a number of connections from 2 to ${MAX_CONNECTIONS}`)
  },
  {
    name: 'REENROLL_STORE_SSLMODE',
    meaning:
      'How the connection to PostgreSQL is encrypted, in its own words: `disable`, `require`, `verify-ca` or `verify-full`, ' +
      'which alone makes sure that it is your server. Without it, the `sslmode` of the URL counts.',
    example: 'verify-full',
    check: choiceOf(SSL_MODES)
  },
  {
    name: 'REENROLL_STORE_SSLROOTCERT',
    meaning: 'PEM file of the authority that has signed the certificate of the PostgreSQL server.',
    example: '/etc/reenroll/database-ca.pem'
  },
  {
    name: 'REENROLL_LEDGER_KEY',
    meaning:
      'Signs the entries of the ledger, so that a change by somebody who can write the database is found. Several keys are separated by commas: ' +
      'the first signs, the others verify older entries. Without a key the entries are only chained. ' +
      'A ledger that has unsigned entries is taken over once with `reenroll audit sign`.',
    secret: true,
    check: ledgerKeyTexts
  },
  {
    name: 'REENROLL_LEDGER_HEAD_TO',
    meaning:
      'Where the end of the ledger goes, beside the log, ten minutes after it has moved and once a day: `file:` and a path, for a file that can only be appended to, or a web address that takes a POST. ' +
      'The file holds lines for `audit verify --expect`.',
    example: 'file:/var/log/reenroll/ledger-heads.log',
    check: headPlace
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_STORE_*`. */
export function readStore(source: SettingsSource): StoreSettings {
  const url = source.text('REENROLL_STORE_URL')
  const passwordCommand = source.get('REENROLL_STORE_PASSWORD_COMMAND')
  if (url === 'memory:') {
    source.warn('REENROLL_STORE_URL', 'memory: loses every case when the process ends; use it for tests only')
  }
  if (passwordCommand !== null && !/^postgres(ql)?:/.test(url)) {
    source.warn('REENROLL_STORE_PASSWORD_COMMAND', 'only a postgres:// store has a password; leave it out')
  }
  return {
    storeUrl: url,
    storeAccess: {
      passwordCommand,
      connections: Number(source.text('REENROLL_STORE_POOL')),
      sslMode: SSL_MODES.find((mode) => mode === source.get('REENROLL_STORE_SSLMODE')) ?? null,
      sslRootCert: source.get('REENROLL_STORE_SSLROOTCERT'),
      ledgerKeys: keysIn(source.text('REENROLL_LEDGER_KEY')).filter((key) => key !== ''),
      ledgerHeadTo: source.get('REENROLL_LEDGER_HEAD_TO')
    }
  }
}
