import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createLogger, createRecentLines } from '../../src/telemetry/logging.ts'
import { listenerWith, TOKEN } from '../api/listener-with.ts'
import { say } from './recorder.ts'
import { APP, soundSetup } from './sound-setup.ts'

const PERSON = '00uAnna0000000000001'

t.test('everything that support asks for, and no secret and no person', async (t) => {
  const recent = createRecentLines()
  const logger = createLogger({ level: 'info', secrets: [], recent, to: { write: () => {} } })
  logger.warn({ err: new Error(`no answer for ${PERSON} with Bearer abc.def`), login: 'anna@example.com' }, 'job error')
  logger.error({ path: `/api/v1/users/${PERSON}` }, 'anna.smith is locked')
  logger.info('not kept')
  const { app } = await listenerWith(t, { recentLines: recent.all })
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const { env } = await soundSetup(t)
  const folder = t.testdir({ 'policy.yaml': 'guards:\n  protectedUsers: [anna.smith]\n  stormUsers: 9\n' })
  const path = join(folder, 'bundle.json')
  const settings = {
    ...env,
    REENROLL_OPS_TOKEN: TOKEN,
    REENROLL_OPS_PORT: port,
    REENROLL_POLICY_FILE: join(folder, 'policy.yaml'),
    REENROLL_SMTP_URL: 'smtps://mailer:mail-pass-word@mail.example:465',
    REENROLL_MAIL_FROM: 'desk@example.com'
  }
  t.match(await say(['support-bundle', '--out', path], settings), { exitCode: 0, out: /Read it before you send it/ })
  t.equal(statSync(path).mode & 0o777, 0o600)
  const text = readFileSync(path, 'utf8')
  const bundle = JSON.parse(text)
  t.match(bundle, {
    versions: { node: process.version },
    settings: { REENROLL_MODE: 'auto', REENROLL_OPS_TOKEN: /^set, \d+ characters$/ },
    policy: {
      hash: /^\w{64}$/,
      differences: [
        { key: 'guards.protectedUsers', to: '1 people' },
        { from: '5', to: '9' }
      ]
    },
    service: { lines: { lines: [{ level: 'warn', message: 'job error' }, { level: 'error' }] } }
  })
  t.equal(bundle.service.lines.lines.length, 2)
  t.ok(bundle.service.metrics.some((line: string) => line.startsWith('reenroll_build_info')))
  t.match(bundle.doctor, [{ id: 'policy_user_unknown', severity: 'error' }])
  const key = String(APP.privateJwk.d)
  const secrets = [TOKEN, env.REENROLL_HOOK_SECRETS, env.REENROLL_LEDGER_KEY, key, 'abc.def', 'mail-pass-word']
  for (const hidden of [...secrets, PERSON, 'anna@example.com', 'anna.smith', 'desk@example.com']) {
    t.notOk(text.includes(String(hidden)), String(hidden))
  }
  t.match(await say(['support-bundle', '--out', path], settings), { exitCode: 1, err: /does not exist yet/ })
})

t.test('settings that do not start a service are in the bundle with their errors', async (t) => {
  const { out, exitCode } = await say(['support-bundle', '--out', '-'], {
    REENROLL_STORE_URL: 'postgres://reenroll:pass-word@db.example/reenroll',
    REENROLL_MODE: 'dare'
  })
  t.equal(exitCode, 0)
  t.match(JSON.parse(out), { settings: { REENROLL_MODE: 'dare' }, errors: [/Configuration is invalid/] })
  t.notMatch(out, /pass-word/)
})
