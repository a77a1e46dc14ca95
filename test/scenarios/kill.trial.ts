/**
 * The process is killed, without warning, twenty times while deliveries come in. Every event that was acknowledged with a
 * 204 ends somewhere after the restart, and nobody is written to twice: the simulated org counts.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { createOpsApi } from '../../src/cli/demo-world.ts'
import { newServiceApp } from '../../src/cli/sandbox.ts'
import { systemClock } from '../../src/domain/time.ts'
import { attemptEvent } from '../../src/sandbox/attempt-events.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { partyOf } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { openSqlite } from '../../src/store/sqlite.ts'

const KILLS = 20
t.setTimeout(300_000)
const SECRET = 'kill-test-hook-secret-0123456789'
const TOKEN = 'kill-test-ops-token-0123456789ab'
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

interface Running {
  readonly child: ChildProcess
  readonly hookUrl: string
  readonly opsUrl: string
}

/** Starts `serve` and waits for the line that says where it listens. */
async function start(env: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  if (!child.stderr) throw new Error('no stderr')
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line)
    const [, hookUrl, opsUrl] = /Event hook: (\S+) +API and metrics: (\S+)/.exec(line) ?? []
    if (hookUrl && opsUrl) return { child, hookUrl, opsUrl }
  }
  throw new Error(`serve ended: ${said.join(' ')}`)
}

/** Repeatable dice: which delivery of a round the process dies at. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

t.test('killed twenty times under load', { timeout: 600_000 }, async (t) => {
  const org = createOrg({ clock: systemClock })
  const { client, privateJwk } = await newServiceApp('0oaKillTest000000d7')
  const sandbox = await startSandbox({ clock: systemClock, org, clients: [client], limits: 'none', latencyMs: 3 })
  t.teardown(() => sandbox.close())
  const guards =
    'guards:\n  stormUsers: 100000\n  stormSameNetworkUsers: 100000\n  writesPerHour: 100000\n  remediationWritesPerHour: 100000\n  sharePercent: 100\n'
  const folder = t.testdir({ 'policy.yaml': guards })
  const file = `${folder}/kill.db`
  const env = {
    OKTA_CLIENT_ORGURL: sandbox.url,
    OKTA_CLIENT_CLIENTID: client.clientId,
    OKTA_CLIENT_PRIVATEKEY: JSON.stringify(privateJwk),
    OKTA_CLIENT_SCOPES: client.scopes.join(' '),
    REENROLL_MODE: 'auto',
    REENROLL_HOOK_SECRETS: SECRET,
    REENROLL_OPS_TOKEN: TOKEN,
    REENROLL_HOOK_HOST: '127.0.0.1',
    REENROLL_HOOK_PORT: '0',
    REENROLL_OPS_PORT: '0',
    REENROLL_STORE_URL: `sqlite:${file}`,
    REENROLL_POLICY_FILE: `${folder}/policy.yaml`
  }
  const acknowledged = new Set<string>()
  const people: string[] = []
  const roll = dice(7)

  /** One delivery of two people's failures, every third sent twice; counts what was acknowledged. */
  async function deliver(hookUrl: string, n: number): Promise<void> {
    const events = [1, 2].map((i) => {
      const person = orphaned(org, `Kim Kill${n}x${i}`)
      people.push(person.id)
      const { phone, network } = person
      const party = partyOf(person)
      const outcome = { result: 'FAILURE', reason: 'Invalid token provided' }
      return org.record(
        attemptEvent(org, {
          shape: 'factor_activate',
          user: party,
          actor: party,
          outcome,
          phone,
          network,
          device: null,
          published: systemClock(),
          judgement: {}
        })
      )
    })
    const body = JSON.stringify({
      eventType: 'com.okta.event_hook',
      eventId: `d${n}`,
      eventTime: systemClock(),
      data: { events }
    })
    for (let copies = n % 3 === 0 ? 2 : 1; copies > 0; copies--) {
      const headers = { authorization: SECRET, 'content-type': 'application/json' }
      const response = await fetch(hookUrl, { method: 'POST', headers, body }).catch(() => null)
      if (response?.status === 204) for (const { uuid } of events) acknowledged.add(uuid)
    }
  }

  let sent = 0
  for (let round = 0; round < KILLS; round++) {
    const { child, hookUrl } = await start(env)
    const deathAt = 2 + Math.floor(roll() * 10)
    const sending: Promise<void>[] = []
    for (let i = 0; i < deathAt + 3; i++) {
      sending.push(deliver(hookUrl, sent++))
      if (i === deathAt) {
        await sending[Math.floor(roll() * sending.length)]
        child.kill('SIGKILL')
      }
    }
    await Promise.all([...sending, once(child, 'exit')])
  }
  t.ok(acknowledged.size > KILLS, `${acknowledged.size} events were acknowledged, ${people.length} sent`)

  // A last start finishes everything; asked from outside until nobody is left in between.
  const last = await start(env)
  const api = createOpsApi(last.opsUrl, TOKEN)
  const headers = { authorization: `Bearer ${TOKEN}` }
  const unsettled = 'received,correlating,acting'
  for (let tries = 0; tries < 300; tries++) {
    const metrics = await (await fetch(`${last.opsUrl}/metrics`)).text()
    const pending = Number(/^reenroll_inbox_pending(?:\{\})? (\d+)/m.exec(metrics)?.[1] ?? '1')
    const page = (await (await fetch(`${last.opsUrl}/api/cases?state=${unsettled}&limit=1`, { headers })).json()) as {
      cases: unknown[]
    }
    if (pending === 0 && page.cases.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const [some] = people
  t.ok(some && (await api.newestCase(some).then(() => true)), 'the API answers')
  last.child.kill('SIGTERM')
  await once(last.child, 'exit')

  const store = await openSqlite(file)
  t.teardown(() => store.close())
  t.equal((await store.snapshot()).pendingEvents, 0, 'no event is left waiting')
  const known = new Set<string>()
  for (let after: string | undefined; ; ) {
    const page = await store.listCases({ limit: 200, ...(after ? { after } : {}) })
    for (const c of page.cases) {
      for (const failure of c.failures) known.add(failure.uuid)
      t.match(c.state, /^(watching|with_person|resolved)$/, `${c.user.name} is at rest`)
    }
    if (!page.next) break
    after = page.next
  }
  t.same(
    [...acknowledged].filter((uuid) => !known.has(uuid)),
    [],
    'every acknowledged event is in a case'
  )
  const writes = new Map<string, number>()
  for (const { userId } of org.writes) writes.set(userId ?? '', (writes.get(userId ?? '') ?? 0) + 1)
  t.same(
    [...writes].filter(([, count]) => count > 1),
    [],
    'nobody was written to twice'
  )
  t.ok(org.writes.length > KILLS, `${org.writes.length} writes were made`)
})
