import t from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { RULES } from '../../src/decide/rules.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
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
    mode: 'auto'
  } as Probes['settings'],
  policy: DEFAULT_POLICY,
  okta: {
    failure: null,
    actuatorFailure: null,
    clockAheadMs: 0,
    reads: [],
    buckets: [],
    writerRoles: null,
    history: null,
    failedDeliveries: {}
  },
  hooks: null,
  wanted: [],
  endpoint: null,
  store: { kind: 'sqlite', place: '/data', failure: null, isVolatile: false, syncMs: 2, mayChangeLedger: false },
  tickets: { all: [] },
  references: null,
  service: { recovered: 0, logReadAgeMs: 20_000 }
}

const READER = { permissions: [], resources: [] }

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
  t.strictSame(ids({ store: { ...WELL.store, mayChangeLedger: true } }), ['ledger_writable'])
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

const CUSTOM = {
  type: 'CUSTOM',
  permissions: Object.values(REMEDIATIONS).map(({ permission }) => permission),
  resources: ['orn:okta:directory:00o1:groups:00g1:contained_resources', 'orn:okta:directory:00o1:devices']
}
const READS = [
  { call: 'GET /api/v1/users/{userId}/roles', scope: 'okta.roles.read', source: null, failure: null }
] as const
const WRITES = Object.fromEntries(RULES.map(({ id }) => [id, 'auto'] as const))
const ALL_WRITES = { ...DEFAULT_POLICY, decide: { ...DEFAULT_POLICY.decide, ruleModes: WRITES } }
const withRoles = (writerRoles: Probes['okta']['writerRoles']) =>
  examine({ ...WELL, policy: ALL_WRITES, okta: { ...WELL.okta, reads: READS, writerRoles } })

t.test('each permission that the app that writes lacks is named, with its place; none is idle', async (t) => {
  t.strictSame(withRoles([{ ...READER, type: 'READ_ONLY_ADMIN' }, CUSTOM]), [])
  for (const permission of new Set(CUSTOM.permissions)) {
    const permissions = CUSTOM.permissions.filter((held) => held !== permission)
    const [finding] = withRoles([CUSTOM].map((role) => ({ ...role, permissions })))
    t.match(finding, { id: 'writes_not_permitted', severity: 'warning' }, permission)
    t.match(finding?.fix, new RegExp(`Add ${permission} .*Roles; Terraform: local\\.actuator_permissions`))
  }
})

t.test('a role on a resource set without devices, or without people, permits nothing there', async (t) => {
  for (const [lost, word] of [
    ['devices', 'all devices'],
    ['contained_resources', 'the users']
  ]) {
    const resources = CUSTOM.resources.filter((name) => !name.endsWith(`:${lost}`))
    const [finding] = withRoles([{ ...CUSTOM, resources }])
    t.match(finding, { id: 'writes_not_permitted' })
    t.match(finding?.fix, new RegExp(`Add ${word} to the resource set .*Terraform: okta_resource_set\\.people`))
  }
})

t.test('roles that cannot be read are no yes; roles that permit more are no problem', async (t) => {
  t.match(withRoles(null), [{ id: 'writes_not_proved', severity: 'info' }])
  t.strictSame(withRoles([{ ...READER, type: 'ORG_ADMIN' }]), [])
  const manage = ['okta.users.lifecycle.manage', 'okta.users.credentials.manage', 'okta.devices.manage']
  t.strictSame(withRoles([{ ...CUSTOM, permissions: manage }]), [])
})

t.test('a typical user whose history is too long to read is a warning', async (t) => {
  const history = (completeSince: string | null) =>
    ids({ okta: { ...WELL.okta, history: { entries: 4_000, isCut: true, completeSince } } })
  t.strictSame(history(null), [])
  t.strictSame(history('2026-06-01T00:00:00.000Z'), ['history_too_long'])
})
