import t from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { examine } from '../../src/setup/doctor.ts'
import { exitCodeOf } from '../../src/setup/finding.ts'
import type { Probes } from '../../src/setup/probes/probes.ts'

const WELL: Probes = {
  settings: {
    okta: {
      orgUrl: 'https://id.example.com',
      auth: {
        kind: 'private_key',
        clientId: '0oa1',
        privateKey: '',
        keyId: 'k',
        scopes: ['okta.users.manage', 'okta.devices.manage']
      }
    },
    hook: { secrets: ['one'], authHeader: 'authorization', host: '0.0.0.0', port: 8080 },
    ops: { host: '127.0.0.1', port: 9090, token: 't' },
    storeUrl: 'sqlite:data/reenroll.db',
    policyFile: null,
    mode: 'auto'
  } as Probes['settings'],
  policy: DEFAULT_POLICY,
  okta: { failure: null, actuatorFailure: null, clockAheadMs: 0, reads: [], buckets: [], failedDeliveries: {} },
  hooks: null,
  wanted: [],
  endpoint: null,
  store: { kind: 'sqlite', place: '/data', failure: null, isVolatile: false, syncMs: 2 },
  tickets: null,
  references: null,
  service: { recovered: 0, logReadAgeMs: 20_000 }
}

const ids = (over: Partial<Probes>) => examine({ ...WELL, ...over }).map(({ id }) => id)
const buckets = (limit: number, remaining: number) => ({
  okta: { ...WELL.okta, buckets: [{ call: 'GET /api/v1/logs', limit, remaining }] }
})
const endpoint = { url: 'https://r.example.com/', secrets: [204] }

t.test('what cannot be judged is no finding', async (t) => {
  t.strictSame(ids({}), [])
  t.strictSame(ids({ service: null, okta: { ...WELL.okta, clockAheadMs: null, failedDeliveries: null } }), [])
})

t.test('findings that no set-up on a test machine can show', async (t) => {
  t.strictSame(ids({ endpoint: { ...endpoint, challenge: 'echoed', ms: 2_000 } }), ['endpoint_slow'])
  t.strictSame(ids({ endpoint: { ...endpoint, challenge: 'no_echo', ms: 5 } }), ['endpoint_unreachable'])
  t.strictSame(ids({ store: { ...WELL.store, isVolatile: true } }), ['store_volatile'])
  t.strictSame(ids({ store: { ...WELL.store, syncMs: 900 } }), ['store_slow'])
  t.strictSame(ids({ service: { recovered: 3, logReadAgeMs: 0 } }), ['hook_loses_events'])
  t.strictSame(ids({ service: { recovered: 0, logReadAgeMs: 3_600_000 } }), ['log_behind'])
  t.strictSame(ids(buckets(6, 6)), ['bucket_small'])
  t.strictSame(ids(buckets(60, 10)), ['bucket_busy'])
  t.strictSame(ids(buckets(60, 59)), [])
})

t.test('the worst comes first and makes the exit code', async (t) => {
  const findings = examine({
    ...WELL,
    ...buckets(60, 10),
    store: { ...WELL.store, syncMs: 900 },
    service: { recovered: 0, logReadAgeMs: 3_600_000 }
  })
  t.strictSame(
    findings.map(({ severity }) => severity),
    ['error', 'warning', 'info']
  )
  t.strictSame(
    [findings, findings.slice(1), findings.slice(2), []].map((some) => exitCodeOf(some)),
    [1, 2, 0, 0]
  )
})
