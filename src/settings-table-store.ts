/** The settings that say where the store is and how to reach it. Part of `settings-table.ts`. */
import type { Setting } from './settings-table.ts'

export const STORE_SETTINGS = [
  {
    name: 'REENROLL_STORE_URL',
    default: 'sqlite:data/reenroll.db',
    needed: 'optional',
    meaning: 'Where cases are kept: `sqlite:` and a path, or `postgres://…`. `memory:` is for tests.',
    secret: false,
    example: 'sqlite:data/reenroll.db'
  },
  {
    name: 'REENROLL_STORE_PASSWORD_COMMAND',
    default: null,
    needed: 'optional',
    meaning:
      'Command that prints the password of the database, for passwords that expire (AWS, Google and Azure sign-in tokens). It runs at start and when the last password is five minutes old.',
    secret: false,
    example: 'aws rds generate-db-auth-token --hostname db.example.com --port 5432 --username reenroll'
  },
  {
    name: 'REENROLL_STORE_POOL',
    default: '10',
    needed: 'optional',
    meaning: 'Connections to PostgreSQL for work, of each replica. Deliveries and notifications have three more.',
    secret: false,
    example: '10'
  },
  {
    name: 'REENROLL_STORE_SSLMODE',
    default: null,
    needed: 'optional',
    meaning:
      'How the connection to PostgreSQL is encrypted, in its own words: `disable`, `require`, `verify-ca` or `verify-full`, ' +
      'which alone makes sure that it is your server. Without it, the `sslmode` of the URL counts.',
    secret: false,
    example: 'verify-full'
  },
  {
    name: 'REENROLL_STORE_SSLROOTCERT',
    default: null,
    needed: 'optional',
    meaning: 'PEM file of the authority that has signed the certificate of the PostgreSQL server.',
    secret: false,
    example: '/etc/reenroll/database-ca.pem'
  }
] as const satisfies readonly Setting[]
