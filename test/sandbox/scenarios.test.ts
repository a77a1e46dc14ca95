import t from 'tap'
import { CAUSE_IDS, GUARD_IDS, REMEDIATION_IDS } from '../../src/domain/vocabulary.ts'
import { attachDelivery } from '../../src/sandbox/hooks/delivery.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import { CATALOGUE_LISTS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import type { Scenario } from '../../src/sandbox/scenarios/scenario.ts'
import { setStage } from '../../src/sandbox/scenarios/scenario.ts'
import { addHook, startReceiver } from './receiver.ts'

const NOW = '2026-06-15T14:00:00.000Z'
const FAILURE_TYPES = ['user.mfa.factor.activate', 'device.enrollment.create', 'device.user.add']

/** Keys of an event in the composed samples; the sparse sample lacks two of them. */
const EVENT_KEYS = [
  'actor',
  'authenticationContext',
  'client',
  'debugContext',
  'device',
  'displayMessage',
  'eventType',
  'insertionTimestamp',
  'legacyEventType',
  'outcome',
  'published',
  'securityContext',
  'severity',
  'target',
  'transaction',
  'uuid',
  'version'
]
const SPARSE_KEYS = EVENT_KEYS.filter((key) => key !== 'device' && key !== 'insertionTimestamp')
const CLIENT_KEYS = ['device', 'geographicalContext', 'id', 'ipAddress', 'ipChain', 'userAgent', 'zone']
const CONTEXT_KEYS = [
  'authenticationProvider',
  'authenticationStep',
  'authenticatorContext',
  'credentialProvider',
  'credentialType',
  'externalSessionId',
  'interface',
  'issuer',
  'rootSessionId'
]
const SECURITY_KEYS = ['asNumber', 'asOrg', 'domain', 'isProxy', 'isp']
const RICH_SECURITY_KEYS = [...SECURITY_KEYS, 'botProtection', 'ipDetails', 'risk', 'userBehaviors']

function newOrg(): Org {
  return createOrg({ clock: () => NOW, url: 'https://id.example.com' })
}

function keys(value: unknown): string[] {
  return Object.keys(value ?? {}).sort()
}

/** Sets one scenario up in an org of its own, lets the trouble happen, and gives the events as they are sent. */
async function play(scenario: Scenario) {
  const org = newOrg()
  const previewed: unknown[] = []
  const stage = setStage(org, [scenario], { preview: async (event) => void previewed.push(event) })
  const past = org.log.length
  await Promise.all(stage.roles.map((role) => role.cue()))
  stage.close()
  const events = JSON.parse(JSON.stringify(org.log.slice(past))) as Record<string, unknown>[]
  return { org, person: stage.roles[0]?.person, events, previewed }
}

for (const scenario of SCENARIOS) {
  t.test(`${scenario.id}: sets up, and its trouble leaves events of Okta's shape about the person`, async (t) => {
    const { events, person } = await play(scenario)
    const about = events.filter((event) => JSON.stringify(event.target).includes(person?.id ?? 'nobody'))
    const failures = about.filter((event) => (event.outcome as { result: string }).result === 'FAILURE')
    t.ok(failures.length > 0, 'the person fails')
    for (const event of failures) {
      t.ok(FAILURE_TYPES.includes(String(event.eventType)), String(event.eventType))
      const sparse = !('device' in event)
      t.same(keys(event), sparse ? SPARSE_KEYS : EVENT_KEYS)
      if (sparse) continue
      t.same(keys(event.client), CLIENT_KEYS)
      t.same(keys(event.authenticationContext), CONTEXT_KEYS)
      const security = keys(event.securityContext)
      t.ok(
        security.every((key) => RICH_SECURITY_KEYS.includes(key)) &&
          SECURITY_KEYS.every((key) => security.includes(key))
      )
      t.ok(event.published && String(event.published) <= NOW, 'never in the future')
    }
  })
}

t.test('the past of every scenario is in the past, and everything else is fresh', async (t) => {
  for (const scenario of SCENARIOS) {
    const org = newOrg()
    scenario.setUp(org)
    t.ok(
      org.log.every((event) => event.published < NOW),
      scenario.id
    )
  }
})

t.test('a scenario is told in words: unique id, a title that is a sentence, a story, a named person', async (t) => {
  t.equal(new Set(SCENARIOS.map(({ id }) => id)).size, SCENARIOS.length)
  for (const scenario of SCENARIOS) {
    t.match(scenario.id, /^[a-z0-9_]+$/)
    t.match(scenario.title, /^[A-Z].*\.$/)
    t.match(scenario.story, /^[A-Z].*\.$/)
  }
})

t.test('there is a scenario for every cause', async (t) => {
  const told = new Set(SCENARIOS.map(({ expect }) => expect.cause))
  t.same(
    CAUSE_IDS.filter((cause) => !told.has(cause)),
    []
  )
})

t.test('there is a scenario for every guard', async (t) => {
  const shown = new Set(SCENARIOS.flatMap(({ shows = [] }) => shows))
  t.same(
    GUARD_IDS.filter((guard) => !shown.has(guard)),
    []
  )
})

t.test('every remediation works once, and the two automatic ones fail both ways', async (t) => {
  const ended = (how: (scenario: Scenario) => boolean) => new Set(SCENARIOS.filter(how).map((one) => one.expect.cause))
  const effective = SCENARIOS.filter(({ expect }) => expect.effect === 'effective')
  const worked = new Set(effective.map(({ expect }) => expect.remediation))
  t.same(
    REMEDIATION_IDS.filter((id) => !worked.has(id)),
    []
  )
  const automatic = effective.filter(({ expect }) => expect.mode === 'auto').map(({ expect }) => expect.remediation)
  t.ok(automatic.includes('resend_activation') && automatic.includes('remove_orphaned_enrollment'))
  const failed = ended((one) => one.afterWrite === 'fails_again' && one.expect.effect === 'ineffective')
  t.same([...failed].sort(), ['activation_pending', 'app_state_stale'])
  const untried = ended((one) => !one.afterWrite && one.expect.effect === 'unknown')
  t.same([...untried].sort(), ['activation_pending', 'enrollment_orphaned'])
  const approved = SCENARIOS.filter(({ approve, expect }) => approve && expect.effect === 'effective')
  t.same(approved.map(({ expect }) => expect.remediation).sort(), [
    'remove_replaced_enrollment',
    'unlock_user',
    'unsuspend_device',
    'unsuspend_user'
  ])
})

t.test('expectations agree with themselves: tickets write nothing new, writes have an effect', async (t) => {
  for (const { id, expect } of SCENARIOS) {
    t.equal(expect.effect !== undefined, expect.writes > 0 && id !== 'second_time_today', id)
    t.equal(expect.mode === null, expect.decision !== 'remediate', id)
    if (expect.state === 'awaiting_approval') t.equal(expect.mode, 'propose', id)
  }
})

t.test('all scenarios fit into one org without meeting: own users, own addresses, own networks', async (t) => {
  const org = newOrg()
  const { roles } = setStage(
    org,
    SCENARIOS.filter((one) => !one.isolated),
    { preview: async () => {} }
  )
  t.ok(roles.length >= 40, `${roles.length} people`)
  for (const name of ['id', 'login'] as const)
    t.equal(new Set(roles.map(({ person }) => person[name])).size, roles.length, name)
  t.equal(new Set(roles.map(({ person }) => person.network.ip)).size, roles.length)
  t.equal(new Set(roles.map(({ person }) => person.network.asNumber)).size, roles.length)
  t.ok(
    [...org.groups.values()].filter(({ profile }) => CATALOGUE_LISTS.protectedGroups.includes(profile.name)).length ===
      1
  )
})

t.test('the burst is at least twelve users at one address within a minute', async (t) => {
  const burst = SCENARIOS.find(({ isolated }) => isolated)
  if (!burst) throw new Error('no isolated scenario')
  const { events } = await play(burst)
  t.equal(new Set(events.map((event) => JSON.stringify(event.target))).size, 12)
  t.equal(new Set(events.map((event) => (event.client as { ipAddress: string }).ipAddress)).size, 1)
  t.ok(events.every(({ published }) => String(published) > '2026-06-15T13:59:00.000Z'))
})

t.test('a preview is the failure of last week, not a new one', async (t) => {
  const scenario = SCENARIOS.find(({ id }) => id === 'preview_delivery')
  if (!scenario) throw new Error('no preview scenario')
  const { previewed } = await play(scenario)
  t.match(previewed, [{ published: '2026-06-08T14:00:00.000Z', outcome: { result: 'FAILURE' } }])
})

t.test('played through the real delivery, everybody of the crowd is heard of at the hook', async (t) => {
  const receiver = await startReceiver()
  t.teardown(receiver.close)
  const org = newOrg()
  addHook(org, receiver.url, { events: { type: 'EVENT_TYPE', items: FAILURE_TYPES } })
  const delivery = attachDelivery(org)
  t.teardown(delivery.detach)
  const { roles } = setStage(
    org,
    SCENARIOS.filter((one) => !one.isolated),
    delivery
  )
  await delivery.flush()
  t.equal(receiver.arrivals.length, 0, 'setting up tells nothing')
  for (const role of roles) await role.cue()
  await delivery.flush()
  const told = JSON.stringify(receiver.arrivals.map(({ body }) => body))
  t.same(
    roles.filter(({ person }) => !told.includes(person.id)).map(({ scenario }) => scenario.id),
    []
  )
})
