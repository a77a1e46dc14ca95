/** A target's own proxy and authorities: a real proxy that takes CONNECT, and a certificate that nobody else trusts. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { readPolicy } from '../../../src/config/policy/file.ts'
import { TICKET_SYSTEMS, type TicketSystem } from '../../../src/config/policy/ticket-policy.ts'
import { createHttpClient } from '../../../src/ticket/targets/http.ts'
import { openTargets } from '../../../src/ticket/targets/open.ts'
import { tryTarget } from '../../../src/ticket/targets/try.ts'
import type { Fake, FakeOptions } from '../../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_CLIENT_ID, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../../fakes/slack.ts'
import { openTeams, workflowUrl } from '../../fakes/teams.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { NOW } from '../../remediate/situations.ts'
import { certificateFor } from '../../support/certificate.ts'
import { manualClock } from '../../support/clock.ts'
import { folderWith } from '../../support/folder.ts'
import { freePort } from '../../support/loopback.ts'
import { openProxy, openTlsFront } from '../../support/proxy.ts'

interface System {
  readonly open: (t: Test, options: FakeOptions) => Promise<Fake>
  readonly keys: (url: string) => string
  readonly secret: (url: string) => string
}

const SYSTEMS: Readonly<Record<TicketSystem, System>> = {
  webhook: { open: openWebhook, keys: (url) => `url: "${url}/hook"`, secret: () => WEBHOOK_SECRET },
  jira: {
    open: openJira,
    keys: (url) =>
      `url: "${url}", user: ${JIRA_USER}, project: OPS, fields: {customfield_7: identity}, resolveBy: [Resolve]`,
    secret: () => JIRA_TOKEN
  },
  pagerduty: { open: openPagerDuty, keys: (url) => `url: "${url}"`, secret: () => ROUTING_KEY },
  github: { open: openGitHub, keys: (url) => `url: "${url}", repository: acme/ops`, secret: () => GITHUB_TOKEN },
  servicenow: {
    open: openServiceNow,
    keys: (url) => `url: "${url}", clientId: ${SN_CLIENT_ID}`,
    secret: () => SN_PASSWORD
  },
  slack: {
    open: openSlack,
    keys: (url) => `url: "${url}/api/", channel: ${SLACK_CHANNEL}`,
    secret: () => SLACK_TOKEN
  },
  teams: { open: openTeams, keys: () => 'callsPerMinute: 60', secret: workflowUrl }
}

/** The target `ops` of this system behind a certificate of its own. */
async function openBehindTls(t: Test, system: TicketSystem) {
  const clock = manualClock(NOW)
  const fake = await SYSTEMS[system].open(t, { clock })
  const certificate = certificateFor('127.0.0.1')
  const front = await openTlsFront(t, certificate, Number(new URL(fake.url).port))
  const url = `https://127.0.0.1:${front.port}`
  const open = async (more: string, secrets: Readonly<Record<string, string>> = {}) => {
    const target = `{name: ops, system: ${system}, ${SYSTEMS[system].keys(url)}${more}}`
    const read = readPolicy(`tickets: {targets: [${target}], routes: [{to: [ops]}]}`)
    if (!read.ok) throw new Error(read.errors.join('\n'))
    const sleep = async (ms: number) => clock.advance(ms)
    const all = { ops: SYSTEMS[system].secret(url), ...secrets }
    const [ops] = await openTargets(read.policy.tickets.targets, all, { clock: clock.clock, sleep })
    if (!ops) throw new Error('no target')
    return ops.target
  }
  return { fake, front, certificate, open, clock: clock.clock }
}

for (const system of TICKET_SYSTEMS) {
  t.test(`${system} is reached by its own proxy and with its own authority, and not without`, async (t) => {
    const { fake, front, certificate, open, clock } = await openBehindTls(t, system)
    const proxy = await openProxy(t)
    const caFile = `${folderWith(t, { 'ca.pem': certificate.cert })}/ca.pem`
    const target = await open(`, proxy: "${proxy.url}", caFile: "${caFile}"`, {
      'ops.proxy': proxy.url.replace('//', '//anna:p%40ss%25:1@')
    })
    const tried = await tryTarget(target, 'RE-LIVE1', clock)
    t.same(
      tried.filter(({ error }) => error !== null),
      []
    )
    t.equal(fake.tickets('RE-LIVE1').length, 1)
    t.same(new Set(proxy.asked.map(({ to }) => to)), new Set([`127.0.0.1:${front.port}`]))
    t.same(new Set(proxy.asked.map(({ login }) => login)), new Set(['anna:p@ss%:1']))
    t.equal(front.connections(), proxy.asked.length, 'every connection came by the proxy')

    const calls = fake.requests.length
    const failure = async (more: string) => {
      const tried = await tryTarget(await open(`, proxy: "${proxy.url}"${more}`), 'RE-LIVE2', clock)
      return tried.find(({ call }) => call === 'create')?.error
    }
    t.equal(await failure(''), 'ops has a certificate that is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT).')
    proxy.answer(407)
    t.equal(await failure(`, caFile: "${caFile}"`), 'ops cannot be reached (ERR_PROXY_TUNNEL).')
    t.equal(fake.requests.length, calls, 'neither was sent')
  })
}

t.test('a certificate file that is missing or holds none stops the start, with its path', async (t) => {
  const { open, certificate } = await openBehindTls(t, 'webhook')
  const folder = folderWith(t, { 'key.pem': certificate.key, 'cut.pem': certificate.cert.replace('MII', 'MIX') })
  const opened = (name: string) => open(`, caFile: "${folder}/${name}"`).catch((error: Error) => error.message)
  const named = 'caFile of the ticket target ops'
  t.equal(
    await opened('none.pem'),
    `${named}: ${folder}/none.pem cannot be read (ENOENT); check the path and its permissions.`
  )
  t.match(await opened(''), `${folder}/ cannot be read (EISDIR)`)
  for (const name of ['key.pem', 'cut.pem'])
    t.equal(
      await opened(name),
      `${named}: ${folder}/${name} has no valid certificates; write the authorities' certificates as PEM text.`
    )
  await t.rejects(open('', { 'ops.proxy': 'anna:hunter2' }), {
    message: 'The secret ops.proxy is not the address of a proxy, such as http://user:password@proxy.example.com:3128.'
  })
})

t.test('the time-out holds for a call by a proxy of its own, headers and text alike', async (t) => {
  const { front, certificate, fake } = await openBehindTls(t, 'webhook')
  const { fetchOver } = await import('../../../src/ticket/targets/connection.ts')
  const options = { name: 'ops', pace: async () => {}, fetch: fetchOver({ proxy: 'none', ca: certificate.cert }) }
  const http = createHttpClient({ ...options, timeoutMs: 50 })
  const held = fake.holdAnswer()
  const call = http.call('POST', `https://127.0.0.1:${front.port}/hook`, { body: {} })
  await t.rejects(call, { reason: 'timeout', message: 'ops gave no answer (TimeoutError).' })
  await held
  t.equal(http.effects(), 1)
})

const CALL = `
  const [ticket, url, connection] = process.argv.slice(1)
  const { createHttpClient } = await import(ticket + 'http.ts')
  const { fetchOver } = await import(ticket + 'connection.ts')
  const options = { name: 'tracker', pace: async () => {}, timeoutMs: 5_000, fetch: fetchOver(JSON.parse(connection)) }
  await createHttpClient(options)
    .call('POST', url, { body: {} })
    .catch((error) => console.log(error.reason))
`

t.test('HTTPS_PROXY is used without a proxy of one’s own, and NO_PROXY or none leave a host out', async (t) => {
  const proxy = await openProxy(t)
  proxy.answer(503)
  const folder = new URL('../../../src/ticket/targets/', import.meta.url).href
  const { cert: ca } = certificateFor('127.0.0.1')
  const url = `https://127.0.0.1:${await freePort()}/x`
  const call = async (connection: object, more: object = {}) => {
    const env = { ...process.env, NODE_OPTIONS: '', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy.url, ...more }
    const args = ['--input-type=module', '-e', CALL, folder, url, JSON.stringify(connection)]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    return [stdout.trim(), proxy.asked.splice(0).length]
  }
  t.same(await call({}), ['timeout', 1], 'Node does not say which error of its fetch was the proxy’s')
  t.same(await call({ ca }), ['unreachable', 1])
  t.same(await call({}, { NO_PROXY: '127.0.0.1' }), ['unreachable', 0])
  t.same(await call({ ca }, { NO_PROXY: '127.0.0.1' }), ['unreachable', 0])
  t.same(await call({ proxy: 'none' }), ['unreachable', 0])
})
