/** Three replicas on one PostgreSQL, restarted one after the other while deliveries keep coming. */
import { join } from 'node:path'
import t from 'tap'
import { openPostgres } from '../../src/store/postgres.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { crowdPolicy, openCrowd, type Sent } from './crowd.ts'
import { endAllReplicas, type Replica, startReplica } from './replica.ts'

t.setTimeout(300_000)

const REPLICAS = 3
const SENDERS = 2
const WRITES_PER_HOUR = 15

t.test('a rolling restart under load: nothing fails, is lost or doubled, and the cap is exact', async (t) => {
  const server = await startPostgres(t)
  const url = await server.createDatabase()
  const crowd = await openCrowd()
  t.teardown(endAllReplicas)
  t.teardown(() => crowd.close())
  const policyFile = join(t.testdir({ 'policy.yaml': crowdPolicy(WRITES_PER_HOUR) }), 'policy.yaml')
  const env = crowd.env(url, policyFile)
  const replicas: Replica[] = await Promise.all(Array.from({ length: REPLICAS }, () => startReplica(env)))

  let turn = 0
  let rolling = true
  const again: (number | null)[] = []
  const failed: string[] = []
  const slowest = { ms: 0 }
  // The load balancer: it knows the running replicas and skips one that is about to stop.
  const rotation = new Set(replicas)
  /** As Okta does: one retry after an error or timeout (facts §1.3). */
  async function send(sent: Sent): Promise<void> {
    const answers: string[] = []
    for (let tries = 1; tries <= 2; tries++) {
      const all = [...rotation]
      const replica = all[turn++ % all.length]
      if (!replica) throw new Error('no replica is running')
      const { status, ms } = await crowd.post(replica.hookUrl, sent)
      slowest.ms = Math.max(slowest.ms, ms)
      if (status === 204) return
      again.push(status)
      answers.push(`${status ?? 'no answer'} after ${ms.toFixed(0)} ms`)
    }
    failed.push(`${sent.uuids[0]}: ${answers.join(', then ')}`)
  }
  async function sender(): Promise<void> {
    while (rolling) {
      const sent = crowd.delivery(1)
      // Every delivery is sent twice at the same time, to the next two replicas.
      await Promise.all([send(sent), send(sent)])
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const senders = Array.from({ length: SENDERS }, sender)
  for (const [n, replica] of [...replicas].entries()) {
    rotation.delete(replica)
    t.equal(await replica.end('SIGTERM'), 0, `replica ${n + 1} stops on SIGTERM`)
    const next = await startReplica(env)
    replicas[n] = next
    rotation.add(next)
  }
  rolling = false
  await Promise.all(senders)
  t.same(
    failed,
    [],
    `of ${crowd.acknowledged.size} deliveries sent twice; the slowest took ${slowest.ms.toFixed(0)} ms`
  )

  const [first] = replicas
  if (!first) throw new Error('no replica is running')
  await crowd.settled(first.opsUrl)
  for (const replica of replicas) t.equal(await replica.end('SIGTERM'), 0)
  const store = await openPostgres(url)
  t.teardown(() => store.close())
  const outcome = await crowd.count(store)
  // The cap of writes leaves most people to a person.
  t.comment(JSON.stringify({ ...outcome, ticketsOdd: outcome.ticketsOdd.length }))
  t.match(outcome, { lost: [], writtenTwice: [], openedTwice: [], ticketsTwice: [], unsettled: [], brokenAt: null })
  t.equal(outcome.cases, crowd.acknowledged.size)
  t.ok(outcome.cases > WRITES_PER_HOUR, `${outcome.cases} people`)
  t.equal(outcome.writes, WRITES_PER_HOUR, 'all replicas together')
  t.equal((await store.snapshot()).pendingEvents, 0)
})
