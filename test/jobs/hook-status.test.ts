import t from 'tap'
import { CLUSTER_STATUS_KEYS, readHookStatus, readOtherHooks } from '../../src/domain/cluster-status.ts'
import type { OktaError } from '../../src/domain/okta.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../src/domain/time.ts'
import { areVerified, checkHooks } from '../../src/jobs/hook-status.ts'
import type { EventHook, HooksRead } from '../../src/okta/event-hooks.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'

const NOW = '2026-06-15T14:00:00.000Z'
const OURS = 'https://reenroll.example.com/okta/event-hooks'

function aHook(over: Partial<EventHook> = {}): EventHook {
  const rest = { items: [], filters: {}, authKey: 'Authorization', created: NOW }
  return { id: 'who1', name: 'reenroll failures', isActive: true, isVerified: true, uri: OURS, ...rest, ...over }
}

t.test('each of our hooks must be active and verified', async (t) => {
  const signals = aHook({ name: 'reenroll signals' })
  t.equal(areVerified([aHook(), signals], null), true)
  t.equal(areVerified([aHook(), { ...signals, isVerified: false }], null), false)
  t.equal(areVerified([aHook({ isActive: false }), signals], null), false)
})

t.test('hooks of others do not matter; a hook of another name that delivers to us does', async (t) => {
  const other = aHook({ name: 'siem', uri: 'https://siem.example.com/', isVerified: false })
  t.equal(areVerified([aHook(), other], OURS), true)
  t.equal(areVerified([aHook(), { ...other, uri: OURS }], OURS), false)
})

t.test('without a hook of ours nothing is delivered', async (t) => {
  t.equal(areVerified([], OURS), false)
  t.equal(areVerified([aHook({ name: 'siem', uri: 'https://siem.example.com/' })], OURS), false)
})

t.test('while a secret is rotated, the successor may stand in for the hook before', async (t) => {
  const successor = aHook({ id: 'who2', name: `reenroll failures (${NOW})` })
  t.equal(areVerified([aHook({ isActive: false }), successor], OURS), true)
  t.equal(areVerified([aHook(), { ...successor, isVerified: false }], OURS), true)
})

const failure = (kind: OktaError['kind']): HooksRead => {
  const rest = { status: null, errorCode: null, because: 'no', retryAfterMs: null, ambiguous: false, requestId: null }
  return { ok: false, error: { kind, ...rest } }
}

/** A store, and a check that gets this answer at this time; resolves to what is known then. */
function checking() {
  const store = openInMemory()
  const known = async (now: string) => readHookStatus(await store.cursor(CLUSTER_STATUS_KEYS.hooks), now)
  async function check(answer: HooksRead, now: string) {
    t.equal(await checkHooks({ list: async () => answer }, store, OURS, () => now), 15 * MINUTE_MS)
    return known(now)
  }
  return { known, check }
}

t.test('a passing failure changes nothing until the last answer is too old', async (t) => {
  const { known, check } = checking()
  t.equal(await known(NOW), null)
  t.equal(await check({ ok: true, hooks: [aHook()] }, NOW), true)
  t.equal(await check(failure('unavailable'), plus(NOW, 15 * MINUTE_MS)), true)
  t.equal(await known(plus(NOW, 45 * MINUTE_MS)), true)
  t.equal(await known(plus(NOW, HOUR_MS)), 'unreadable')
  t.equal(await check({ ok: true, hooks: [] }, plus(NOW, HOUR_MS)), false)
})

t.test('a check that is refused, or whose first answer fails, is not silence', async (t) => {
  const { check } = checking()
  t.equal(await check({ ok: true, hooks: [aHook()] }, NOW), true)
  t.equal(await check(failure('forbidden'), plus(NOW, MINUTE_MS)), 'unreadable')
  t.equal(await checking().check(failure('throttled'), NOW), 'unreadable')
})

t.test('the hooks of others are remembered while they can be listed', async (t) => {
  const store = openInMemory()
  const all = [aHook(), aHook({ id: 'who2', name: 'siem', uri: 'https://siem.example.com/' })]
  const others = async () => readOtherHooks(await store.cursor(CLUSTER_STATUS_KEYS.hooks))
  t.strictSame(await others(), [])
  await checkHooks({ list: async () => ({ ok: true, hooks: all }) }, store, OURS, () => NOW)
  t.strictSame(await others(), ['who2'])
  await checkHooks({ list: async () => failure('forbidden') }, store, OURS, () => NOW)
  t.strictSame(await others(), [])
})

t.test('a place that cannot be read says nothing', async (t) => {
  for (const text of ['{', '7', '{"at":7,"isVerified":true}', `{"at":"${NOW}"}`])
    t.equal(readHookStatus(text, NOW), null)
})
