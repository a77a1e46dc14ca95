/** Observe, pilot, all: whom each stage helps, that nobody is harmed, and that a rule which became worse is lowered. */
import t from 'tap'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { DecidePolicy } from '../../src/domain/decision.ts'
import type { LedgerRow } from '../../src/domain/ledger.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { figuresOf } from './figures.ts'
import { createJobSleep } from './job-sleep.ts'
import { type PlayOptions, playPopulation } from './population.ts'

const PEOPLE = 60
const WRITING = RULES.filter(({ outcome }) => outcome.do === 'remediate')
const modesOf = <V>(value: (rule: (typeof WRITING)[number]) => V) =>
  Object.fromEntries(WRITING.map((rule) => [rule.id, value(rule)]))

function policyWith(over: Partial<DecidePolicy>): Partial<Policy> {
  return { decide: { ...DEFAULT_POLICY.decide, ...over } }
}

async function stage(options: PlayOptions, people = PEOPLE) {
  const played = await playPopulation(people, 3, options)
  const { yield: helped, unsafeWrites, wrongClosings } = figuresOf([played])
  t.strictSame({ unsafeWrites, wrongClosings }, { unsafeWrites: 0, wrongClosings: 0 })
  return { played, helped }
}

t.test('each stage helps more people, and none harms one', async (t) => {
  const observe = await stage({ policy: policyWith({ ruleModes: modesOf(() => 'observe') }) })
  const pilot = await stage({
    group: 'Pilot',
    policy: policyWith({
      ruleModes: modesOf(({ mode }) => (mode === 'auto' ? 'propose' : mode)),
      groupModes: modesOf(({ mode }) => ({ Pilot: mode }))
    })
  })
  const all = await stage({})
  t.equal(observe.helped, 0)
  t.ok(pilot.helped > 0.2 && pilot.helped < 0.8, `pilot ${pilot.helped}`)
  t.ok(all.helped > 0.9, `all ${all.helped}`)
  t.comment(`helped: observe ${observe.helped}, pilot ${pilot.helped.toFixed(2)}, all ${all.helped.toFixed(2)}`)
})

t.test('a rule whose writes no longer help is lowered by the service, under the default bounds', async (t) => {
  const store = openInMemory()
  const { sleep, wake } = createJobSleep()
  let changes: readonly LedgerRow[] = []
  const { played } = await stage(
    {
      ...{ service: { store, jobSleep: sleep }, afterWrite: 'fails_again' },
      meanwhile: async (clock) => {
        await wake(clock())
        changes = await store.controlChanges(20)
      }
    },
    2 * PEOPLE
  )
  const RULE = 'enrollment_orphaned'
  const lowered = changes.find(({ entry }) => entry.rule === RULE)
  t.match(lowered, {
    by: 'reenroll',
    entry: { atMost: 'propose', because: /of 1\d writes since it was raised did not help/ }
  })
  const own = played.verdicts.flatMap(({ cases }) => cases).filter(({ repair }) => repair?.rule === RULE)
  const written = own.flatMap(({ actions }) => actions).filter(({ by }) => by.name === RULE)
  t.ok(written.length >= DEFAULT_POLICY.ruleWatch.leastWrites, `${written.length} writes`)
  t.ok(
    written.every(({ intendedAt }) => intendedAt <= String(lowered?.at)),
    'no write after it was lowered'
  )
  const proposed = own.filter(({ repair, openedAt }) => repair?.mode === 'propose' && openedAt > String(lowered?.at))
  t.ok(proposed.length > 0, 'people are asked instead')
  t.comment(`${written.length} writes, then ${proposed.length} proposals`)
})
