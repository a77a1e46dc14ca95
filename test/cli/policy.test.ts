import { join } from 'node:path'
import t from 'tap'
import { createPolicyInForce } from '../../src/app/policy-in-force.ts'
import { startService } from '../../src/app/service.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { ninetyDays, ROUTINE_ACTOR } from '../backtest/history.ts'
import { NOW } from '../decide/build.ts'
import { folderWith } from '../support/folder.ts'
import { orgBeside } from './org-beside.ts'
import { OPS_TOKEN, say } from './recorder.ts'

/** A service with ninety days of cases, beside an org with one group. */
async function running() {
  const world = await orgBeside(t)
  world.org.addGroup('Executives')
  const store = openInMemory()
  const groups = { state: 'absent', at: NOW, because: 'no list of the policy needs it', unused: true } as const
  for (const c of ninetyDays()) {
    const openedAt = c.failures[0]?.publishedAt ?? NOW
    const evidence = c.evidence && { ...c.evidence, groups }
    await store.save({ next: { ...c, evidence, openedAt, version: 1 }, ledger: [] })
  }
  const lines: string[] = []
  const service = await startService({
    settings: {
      okta: { orgUrl: world.sandbox.url, auth: { kind: 'token', token: 'test-token' } },
      hook: {
        secrets: ['hook-secret-of-thirty-two-characters'],
        authHeader: 'authorization',
        host: '127.0.0.1',
        port: 0
      },
      ops: { host: '127.0.0.1', port: 0, token: OPS_TOKEN },
      ...{ storeUrl: 'memory:', mode: 'auto' }
    },
    ...{
      policy: DEFAULT_POLICY,
      store,
      clock: () => NOW,
      followLog: false,
      logTo: { write: (line) => void lines.push(line) }
    }
  })
  t.teardown(() => service.close())
  const env = { REENROLL_OPS_TOKEN: OPS_TOKEN, REENROLL_OPS_PORT: new URL(service.opsUrl).port }
  const view = async (path: string) =>
    (await fetch(`${service.opsUrl}${path}`, { headers: { authorization: `Bearer ${OPS_TOKEN}` } })).text()
  return { store, env, view, lines }
}

const { store, env, view, lines } = await running()
const folder = folderWith(t, {
  'routine.yaml': `guards:\n  trustedActorIds: ['${ROUTINE_ACTOR}']\n  protectedUsers: []\n  stormUsers: 9\n`,
  'misspelt.yaml': 'guards:\n  protectedGroups: [Excutives]\ngroupModes:\n  suspended: { Exectives: auto }\n',
  'pilot.yaml': 'groupModes:\n  suspended: { Executives: auto }\n',
  'restart.yaml': 'canary:\n  every: 5m\n',
  'wrong.yaml': 'guard: {}\n',
  'long.yaml': `# ${'x'.repeat(300_000)}\n`
})
const run = (command: string, ...rest: string[]) => say(['policy', command, ...rest, '--by', 'kim'], env)
const apply = (name: string, ...rest: string[]) => run('apply', join(folder, name), ...rest)

t.test('a policy that cannot be right is refused with what to do, and nothing changes', async (t) => {
  t.match(await apply('misspelt.yaml'), {
    exitCode: 1,
    err: /Nothing was changed\.\n.*Excutives.*did you mean Executives\?.*Exectives \(groupModes; did you mean Executives\?\)/
  })
  t.match(await apply('restart.yaml'), { exitCode: 1, err: /canary\.every cannot change while the service runs/ })
  t.match(await apply('wrong.yaml'), { exitCode: 1, err: /line 1: guard/ })
  t.match(await apply('long.yaml'), { exitCode: 1, err: /larger than 256 KiB/ })
  t.match(await apply('gone.yaml'), { exitCode: 1, err: /gone\.yaml cannot be read/ })
  t.match(await run('rollback'), { exitCode: 1, err: /No policy was applied, so there is none/ })
  t.equal((await store.controls()).version, 0)
})

t.test('a dry run shows what would change, over thirty days of cases', async (t) => {
  const { out, exitCode } = await apply('routine.yaml', '--dry-run')
  t.equal(exitCode, 0)
  t.match(out, /guards\.stormUsers: 5 → 9/)
  t.match(out, /Over the last 30 days: 2\d cases/)
  t.match(out, /suspended → suspended_by_allowed_actor.*unsuspend_user, propose.*unsuspend_user, auto/)
  t.match(out, /Nothing was changed\.$/)
  t.equal((await store.controls()).version, 0)
  t.match(await apply('pilot.yaml', '--dry-run'), {
    out: /groupModes\.suspended\.Executives: not set → auto[\s\S]*The groups of 2\d past cases were not read; there the strictest mode counts\./
  })
})

t.test(
  'applied, it is in force on every replica and in the ledger with the one before; rolled back, it is not',
  async (t) => {
    const seen: unknown[] = []
    const replica = createPolicyInForce({
      ...{ atStart: DEFAULT_POLICY, mode: 'auto' },
      onError: (error) => t.fail(String(error))
    })
    replica.onChange((now) => void seen.push(now.policy.decide.guards.stormUsers))
    t.match(await apply('routine.yaml'), { exitCode: 0, out: /In force on all replicas\.$/ })
    t.match(await apply('routine.yaml'), { exitCode: 0, out: /in force already/ })
    t.match(JSON.parse(await view('/api/policy')), {
      thresholds: { guards: { stormUsers: 9 } },
      applied: { by: 'kim (ops-token)', at: NOW }
    })
    t.equal((await replica.under(await store.controls())).decide.guards.stormUsers, 9)
    const [line] = (await store.ledger({ after: 0, limit: 500 })).slice(-1)
    t.match(line, {
      kind: 'control',
      by: 'kim (ops-token)',
      entry: {
        policy: {
          hash: /^\w{64}$/,
          before: /^\w{64}$/,
          differences: [{ key: 'guards.stormUsers', from: '5', to: '9' }, {}]
        }
      }
    })
    t.match(lines.join(''), /"msg":"policy in force"/)

    t.match(await run('rollback', '--dry-run'), { out: /stormUsers: 9 → 5[\s\S]*Nothing was changed\.$/ })
    t.match(await run('rollback'), { exitCode: 0, out: /stormUsers: 9 → 5[\s\S]*In force/ })
    t.match(JSON.parse(await view('/api/policy')), { thresholds: { guards: { stormUsers: 5 } } })
    t.equal((await replica.under(await store.controls())).decide.guards.stormUsers, 5)
    t.match(
      await run('rollback'),
      {
        exitCode: 1,
        err: /Nothing was changed\.\nThe policy in force is the one before .* already: kim .*apply the file/
      },
      'a second rollback neither goes further back nor undoes the first'
    )
    t.strictSame(seen, [9, 5])

    await apply('routine.yaml')
    await apply('pilot.yaml')
    t.match(await run('rollback'), { exitCode: 0, out: /stormUsers: 5 → 9/ }, 'to the file that was applied before')
    t.match(await run('rollback'), { exitCode: 1 })
    t.equal((await replica.under(await store.controls())).decide.guards.stormUsers, 9)
  }
)

t.test('a text that this version cannot read stops its writes, and says so', async (t) => {
  const errors: string[] = []
  const replica = createPolicyInForce({
    ...{ atStart: DEFAULT_POLICY, mode: 'auto', onChange: () => {} },
    onError: (error) => void errors.push(String(error))
  })
  const policy = { text: 'newer: {}\n', by: 'kim', at: NOW, before: null }
  const { decide } = await replica.under({ version: 1, kill: null, rules: {}, ceiling: null, policy })
  t.equal(decide.ceiling, 'observe')
  t.match(errors, [/cannot be read here, so nothing is written/])
})

t.test('the ledger names no people that a policy protects', async (t) => {
  const { withoutPeople } = await import('../../src/config/policy/policy.ts')
  t.strictSame(
    withoutPeople([{ key: 'guards.protectedUsers', from: '["a@b.example"]', to: '["a@b.example","c@b.example"]' }]),
    [{ key: 'guards.protectedUsers', from: '1 people', to: '2 people' }]
  )
})
