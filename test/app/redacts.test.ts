/** No secret of the settings reaches the log, over the list of all settings: a new one is covered by itself. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import t from 'tap'
import { openLogger } from '../../src/app/observers.ts'
import { readSettings, SETTINGS } from '../../src/config/settings/settings.ts'
import { createRecentLines } from '../../src/telemetry/logging.ts'

const canary = () => randomBytes(24).toString('hex')
const key = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** For settings that are more than one text: the whole, and the secrets in it. */
const MADE: Readonly<Record<string, () => { readonly text: string; readonly secrets: readonly string[] }>> = {
  OKTA_CLIENT_PRIVATEKEY: () => whole(key()),
  REENROLL_ACTUATOR_PRIVATEKEY: () => whole(key()),
  REENROLL_HOOK_SECRETS: () => several((secrets) => secrets.join(',')),
  REENROLL_LEDGER_KEY: () => several((secrets) => secrets.join(',')),
  REENROLL_TICKET_SECRETS: () =>
    several(([a, b]) => JSON.stringify({ jira: a, 'jira.proxy': `http://proxy:${b}@proxy.example.com` })),
  REENROLL_SMTP_URL: () => several(([a]) => `smtps://mailer:${a}@mail.example.com:465`, 1),
  REENROLL_SMTP_PROXY: () => several(([a]) => `http://mailer:${a}@proxy.example.com:3128`, 1),
  REENROLL_SMTP_OAUTH: () =>
    several(([a, b]) =>
      JSON.stringify({ url: 'https://id.example.com/token', client_id: 'mailer', client_secret: a, refresh_token: b })
    ),
  REENROLL_SSF_TRANSMITTERS: () =>
    several(([a]) => {
      const [issuer, audience] = ['https://idp.example.com', 'https://reenroll.example.com']
      return JSON.stringify([{ issuer, audience, authorization: `Bearer ${a}` }])
    }, 1),
  OTEL_EXPORTER_OTLP_HEADERS: () => several(([a]) => `x-collector-key=${a}`, 1),
  REENROLL_STORE_URL: () => several(([a]) => `postgres://reenroll:${a}@db.example.com/reenroll`, 1)
}

function whole(text: string) {
  return { text, secrets: [text] }
}

function several(join: (secrets: readonly string[]) => string, count = 2) {
  const secrets = Array.from({ length: count }, canary)
  return { text: join(secrets), secrets }
}

const MAIL = { REENROLL_MAIL_FROM: 'help@example.com', REENROLL_SMTP_URL: 'smtps://mailer@mail.example.com:465' }
/** What a setting needs beside it. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OKTA_CLIENT_TOKEN: { OKTA_CLIENT_PRIVATEKEY: '', OKTA_CLIENT_CLIENTID: '' },
  REENROLL_ACTUATOR_PRIVATEKEY: { REENROLL_ACTUATOR_CLIENTID: '0oaWriter', REENROLL_ACTUATOR_KEYID: 'key-2' },
  REENROLL_OIDC_CLIENT_SECRET: {
    REENROLL_PUBLIC_OPS_URL: 'https://reenroll.example.com',
    REENROLL_OIDC_ISSUER: 'https://id.example.com',
    REENROLL_OIDC_CLIENT_ID: 'reenroll',
    REENROLL_OIDC_APPROVER_GROUPS: 'approvers'
  },
  REENROLL_SMTP_URL: { REENROLL_MAIL_FROM: 'help@example.com' },
  REENROLL_SMTP_OAUTH: MAIL,
  REENROLL_SMTP_PROXY: MAIL,
  REENROLL_SELF_CLIENT_SECRET: {
    REENROLL_SELF_PORT: '8081',
    REENROLL_SELF_CLIENT_ID: '0oaSelf',
    REENROLL_PUBLIC_SELF_URL: 'https://help.example.com',
    REENROLL_SESSION_KEY: canary()
  },
  OTEL_EXPORTER_OTLP_HEADERS: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
}
const GOOD = {
  OKTA_CLIENT_ORGURL: 'https://example.okta.com',
  OKTA_CLIENT_CLIENTID: '0oaTest',
  OKTA_CLIENT_KEYID: 'key-1',
  OKTA_CLIENT_PRIVATEKEY: key(),
  REENROLL_HOOK_SECRETS: canary(),
  REENROLL_OPS_TOKEN: canary()
}

const names = SETTINGS.flatMap((row) => ('secret' in row || row.name === 'REENROLL_STORE_URL' ? [row.name] : []))

for (const name of names) {
  t.test(`${name} stays out of the log, wherever a part of it stands`, async (t) => {
    const { text, secrets } = MADE[name]?.() ?? whole(canary())
    const read = readSettings({ ...GOOD, ...BESIDE[name], [name]: text })
    if (!read.ok) throw new Error(read.errors.join('\n'))
    const lines: string[] = []
    const recent = createRecentLines()
    const logger = openLogger(read.settings, { level: 'info', recent, to: { write: (line) => void lines.push(line) } })
    for (const secret of secrets) {
      logger.info({ err: new Error(`refused: ${secret}`), answer: { body: `x${secret}y` } }, `said ${secret}`)
    }
    const all = lines.join('') + JSON.stringify(recent.all())
    t.match(all, /refused/)
    for (const secret of secrets) {
      const inLog = JSON.stringify(secret).slice(1, -1)
      t.notOk(all.includes(inLog) || all.includes(secret.split('\n')[1] ?? secret), 'neither whole nor its first line')
    }
  })
}
