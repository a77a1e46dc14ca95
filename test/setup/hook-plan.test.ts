import t from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { EventHook } from '../../src/okta/event-hooks.ts'
import { FREQUENT_TYPE, type HookStep, planHooks, type WantedHook, wantedHooks } from '../../src/setup/hook-plan.ts'

const URI = 'https://reenroll.example.com/okta/event-hooks'
const NOW = '2026-06-15T14:00:00.000Z'

function wanted(filter = false): readonly WantedHook[] {
  return wantedHooks(DEFAULT_POLICY.classifier, { uri: URI, authHeader: 'authorization', secret: 's', filter })
}

/** The hook as the org has it. */
function has(hook: WantedHook | undefined, over: Partial<EventHook> = {}): EventHook {
  if (!hook) throw new Error('no such hook is wanted')
  const { name, items, filters, uri, authKey } = hook
  const state = { isActive: true, isVerified: true, created: '2026-06-01T00:00:00.000Z' }
  return { id: `who-${hook.kind}`, name, items, filters, uri, authKey, ...state, ...over }
}

function plan(existing: readonly EventHook[], { rotate = false, filter = false } = {}): readonly HookStep[] {
  return planHooks(existing, wanted(filter), { rotate, now: NOW })
}

const told = (steps: readonly HookStep[]) => steps.map(({ do: what, kind }) => `${what} ${kind}`)

t.test('an empty org gets a hook for failures and one for signals', async (t) => {
  t.strictSame(told(plan([])), ['create failures', 'create signals'])
  const [failures, signals] = wanted()
  t.notOk(failures?.items.includes(FREQUENT_TYPE), 'every sign-in of everybody')
  t.strictSame(failures?.filters, {})
  t.ok(signals?.items.includes('user.lifecycle.suspend') && signals.items.includes('user.risk.change'))
  t.notOk(signals?.items.some((item) => failures?.items.includes(item)))
})

t.test('a filter is used only where a success proves nothing', async (t) => {
  const [failures] = wanted(true)
  t.strictSame(failures?.filters, { [FREQUENT_TYPE]: "event.outcome.result ne 'SUCCESS'" })
  t.ok(failures?.items.includes(FREQUENT_TYPE))
})

t.test('a policy that wants no signals gets no hook for them', async (t) => {
  const classifier = { ...DEFAULT_POLICY.classifier, signalTypes: ['user.risk.change'] }
  const wishes = { uri: URI, authHeader: 'x-reenroll', secret: 's', filter: false }
  t.match(wantedHooks(classifier, wishes), [{ authKey: 'x-reenroll' }, { items: ['user.risk.change'] }])
  t.equal(wantedHooks({ ...classifier, signalTypes: [] }, wishes).length, 1)
})

t.test('what is as it should be is left alone, whatever the order of types and the case of the header', async (t) => {
  const [failures, signals] = wanted()
  const reordered = has(failures, { items: [...(failures?.items ?? [])].reverse(), authKey: 'AUTHORIZATION' })
  t.strictSame(plan([reordered, has(signals)]), [])
})

t.test('each thing that is wrong is named, and repaired in place', async (t) => {
  const [failures, signals] = wanted()
  const wrong: readonly (readonly [Partial<EventHook>, string[], RegExp])[] = [
    [{ isActive: false }, ['activate failures'], /not active/],
    [{ isVerified: false }, ['verify failures'], /not verified/],
    [{ isVerified: false, uri: 'https://old.example.com/' }, ['replace failures'], /points to https:\/\/old/],
    [{ isVerified: false, authKey: 'x-other' }, ['replace failures'], /in x-other/],
    [{ items: ['user.mfa.factor.activate'] }, ['replace failures'], /lacks user.mfa.factor.update/],
    [{ items: [...(failures?.items ?? []), 'app.x'] }, ['replace failures'], /also has app.x/],
    [{ filters: { 'device.user.add': 'x' } }, ['replace failures'], /filter differs/],
    [{ isActive: false, items: [] }, ['activate failures', 'replace failures'], /not active/]
  ]
  for (const [over, steps, because] of wrong) {
    const planned = plan([has(failures, over), has(signals)])
    t.strictSame(told(planned), steps)
    t.match(planned[0]?.because, because)
  }
})

t.test('a live hook that must move keeps delivering until its successor is verified', async (t) => {
  const [failures, signals] = wanted()
  for (const over of [{ uri: 'https://old.example.com/' }, { authKey: 'x-other' }]) {
    const steps = plan([has(failures, over), has(signals)])
    t.strictSame(told(steps), ['create failures', 'retire failures'])
    t.match(steps[0], { hook: { uri: URI, name: `reenroll failures (${NOW})` } })
  }
})

t.test('a hook made by hand is known by its address and types, and taken over', async (t) => {
  const [failures, signals] = wanted()
  const byHand = has(failures, { name: 'my hook', items: ['user.mfa.factor.activate', 'user.lifecycle.suspend'] })
  const steps = plan([byHand, has(signals)])
  t.match(steps, [{ do: 'replace', id: byHand.id, hook: { name: 'reenroll failures' } }])
  const foreign = has(failures, { name: 'their hook', uri: 'https://their.example.com/' })
  t.strictSame(told(plan([foreign, has(signals)])), ['create failures'], 'somebody else’s is not touched')
})

t.test('a rotation makes successors first and takes the old ones away last', async (t) => {
  const [failures, signals] = wanted()
  const steps = plan([has(failures), has(signals)], { rotate: true })
  t.strictSame(told(steps), ['create failures', 'create signals', 'retire failures', 'retire signals'])
  t.match(steps[0], { hook: { name: `reenroll failures (${NOW})` } })
})

t.test('a rotation that was interrupted is finished by the next run', async (t) => {
  const [failures, signals] = wanted()
  const name = `reenroll failures (${NOW})`
  const successor = has(failures, { id: 'who-new', name, created: NOW })
  t.match(plan([has(failures), successor, has(signals)]), [{ do: 'retire', id: 'who-failures' }])
  const unverified = { ...successor, isVerified: false }
  t.match(
    plan([has(failures), unverified, has(signals)]),
    [{ do: 'retire', id: 'who-new' }],
    'the one that works stays'
  )
  t.strictSame(plan([successor, has(signals)]), [], 'and the successor keeps its name')
})
