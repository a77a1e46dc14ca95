/** Observe, pilot, all: whom each stage helps, that nobody is harmed, and that a rule which became worse is lowered. */
import t from 'tap'
import { createSwitches } from '../../src/api/runtime-controls.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { DecidePolicy } from '../../src/domain/decision.ts'
import { watchRules } from '../../src/jobs/rule-watch.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { approver } from '../support/operators.ts'
import { figuresOf } from './figures.ts'
import { type PlayOptions, playPopulation } from './population.ts'

const PEOPLE = 60
const WRITING = RULES.filter(({ outcome }) => outcome.do === 'remediate')
const modesOf = <V>(value: (rule: (typeof WRITING)[number]) => V) =>
  Object.fromEntries(WRITING.map((rule) => [rule.id, value(rule)]))

function policyWith(over: Partial<DecidePolicy>): Partial<Policy> {
  return { decide: { ...DEFAULT_POLICY.decide, ...over } }
}

async function stage(options: PlayOptions) {
  const played = await playPopulation(PEOPLE, 3, options)
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

t.test('a rule whose writes no longer help is lowered to propose, and writes nothing more', async (t) => {
  const bounds = { leastWrites: 4, ineffectivePercent: 50, alerts: 1 }
  const policy: Partial<Policy> = { ruleWatch: bounds }
  const free = await stage({ policy, afterWrite: 'fails_again' })
  const store = openInMemory()
  const lowered = new Map<string, string>()
  const watching = await stage({
    ...{ policy, store, afterWrite: 'fails_again' },
    meanwhile: (clock) =>
      watchRules({
        ...{ store, clock, bounds, emit: () => {} },
        policy: { ...DEFAULT_POLICY.decide, ceiling: 'auto' },
        change: (rule, what) => {
          if ('atMost' in what) lowered.set(rule, clock())
          return createSwitches(store, clock).setRule(rule, what, approver('reenroll'))
        }
      })
  })
  const at = lowered.get('enrollment_orphaned')
  t.ok(at, 'the rule was lowered')
  const writtenIn = ({ played }: typeof free) =>
    played.verdicts
      .flatMap(({ cases }) => cases.flatMap(({ actions }) => actions))
      .filter(({ by, state }) => by.name === 'enrollment_orphaned' && state === 'done')
  const [unwatched, watched] = [writtenIn(free), writtenIn(watching)]
  t.ok(
    watched.every(({ intendedAt }) => intendedAt <= String(at)),
    'no write after it was lowered'
  )
  t.ok(watched.length < unwatched.length, `${watched.length} writes instead of ${unwatched.length}`)
  t.comment(`${watched.length} writes instead of ${unwatched.length}`)
})
