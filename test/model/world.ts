/** The org, its people, the store, the process at work and the people on call; commands move it, invariants watch it. */

import { createKillSwitch, createSwitches, type KillSwitch, type Switches } from '../../src/api/runtime-controls.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Controls } from '../../src/domain/decision.ts'
import type { CaseCommands } from '../../src/domain/operator-commands.ts'
import type { Store } from '../../src/domain/store.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { logDelivery } from '../../src/intake/system-log.ts'
import { inHookShape } from '../../src/sandbox/hooks/delivery.ts'
import type { SandboxLogEvent } from '../../src/sandbox/org/model.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import type { Person } from '../../src/sandbox/people.ts'
import {
  invited,
  lockedOut,
  orphaned,
  phoneSuspended,
  ROUTINE_WORKFLOW,
  suspended
} from '../../src/sandbox/scenarios/cast.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import type { OktaWeather } from './okta.ts'
import { type Process, peopleAt, startProcess } from './process.ts'
import { createWitness, type Witness } from './witness.ts'

/** People in trouble: the first three are helped without asking, the others only when somebody approves. */
export const TROUBLES = {
  orphaned,
  invited,
  suspendedByRoutine: (org: Org, name: string) => suspended(org, name, ROUTINE_WORKFLOW),
  suspendedByAdmin: (org: Org, name: string) => suspended(org, name),
  lockedOut,
  phoneSuspended
} as const
export type TroubleName = keyof typeof TROUBLES

/** What differs from history to history. */
export interface Setup {
  readonly troubles: readonly TroubleName[]
  /** Whether the last of them is on the list of protected people. */
  readonly vip: boolean
  readonly stormUsers: number
  readonly userWritesPerDay: number
  readonly writesPerHour: number
  readonly remediationWritesPerHour: number
  /** Writes of a day; their share of the few people here never allows more. */
  readonly shareFloor: number
}

export interface World {
  readonly time: ManualClock
  readonly org: Org
  readonly people: readonly Person[]
  readonly store: Store
  readonly policy: Policy
  readonly commands: CaseCommands
  readonly brake: KillSwitch
  readonly switches: Switches
  readonly weather: OktaWeather
  readonly witness: Witness
  process: Process
  /** Counts commands; what changed during the running one may not have been seen by it. */
  turn: number
  /** Events that Okta has not sent yet, and those it has. */
  readonly held: SandboxLogEvent[]
  readonly sent: SandboxLogEvent[]
  /** Proposals as somebody saw them, for stale tabs. */
  readonly seen: Case[]
  /** One more replica beside the process at work. */
  another(): Process
  /** A new process takes over from a dead one; its leases run out first. */
  restart(): void
  /** Okta sends these events, in one delivery. */
  send(events: readonly SandboxLogEvent[]): Promise<void>
  cases(): Promise<Case[]>
}

const START: Instant = '2026-06-15T12:00:00.000Z'

export async function openModelWorld(setup: Setup, store: Store): Promise<World> {
  const time = manualClock(START)
  const { clock } = time
  const org = createOrg({ clock, url: 'https://model.invalid' })
  const people = setup.troubles.map((trouble, n) => TROUBLES[trouble](org, `Pat ${trouble}${n}`))
  const policy = policyOf(setup, people)
  const weather: OktaWeather = { readsDown: false, nextWrite: null }
  const held: SandboxLogEvent[] = []
  const sent: SandboxLogEvent[] = []
  org.onEvent((event) => void held.push(event))
  let processes = 0

  const world: World = {
    time,
    org,
    people,
    store,
    policy,
    commands: peopleAt({ store, policy, clock }),
    brake: createKillSwitch(store, clock),
    switches: createSwitches(store, clock),
    weather,
    witness: createWitness(() => world),
    process: null as unknown as Process,
    turn: 0,
    held,
    sent,
    seen: [],
    another: () => begin(),
    restart() {
      world.process = begin()
    },
    async send(events) {
      for (const event of events) {
        const place = held.indexOf(event)
        if (place >= 0) held.splice(place, 1)
        if (!sent.includes(event)) sent.push(event)
      }
      if (events.length > 0) await store.receive({ ...logDelivery(events.map(inHookShape), clock()), source: 'hook' })
    },
    cases: async () => (await store.listCases({ limit: 500 })).cases
  }
  world.restart()
  return world

  function begin(): Process {
    const watch = world.witness.watch()
    return startProcess({
      holder: `process-${++processes}`,
      store,
      org,
      weather,
      policy,
      ceiling: 'auto',
      clock,
      onBegin: watch.begin,
      onWrite: watch.write
    })
  }
}

function policyOf(setup: Setup, people: readonly Person[]): Policy {
  const { troubles: _people, vip, ...bounds } = setup
  const protectedUsers = vip ? people.slice(-1).map((person) => person.id) : []
  const own = { ...bounds, protectedUsers, trustedActorIds: [ROUTINE_WORKFLOW.id] }
  const { decide } = DEFAULT_POLICY
  return { ...DEFAULT_POLICY, decide: { ...decide, guards: { ...decide.guards, ...own } } }
}

/** Why these controls allow the rule no write of this kind, or null. */
export function forbiddenBy(controls: Controls, rule: string, automatic: boolean): string | null {
  const set = controls.rules[rule]
  if (controls.kill?.on) return 'the kill switch is on'
  if (set?.paused) return `the rule ${rule} is paused`
  const modes = [controls.ceiling, set?.mode]
  if (modes.includes('observe')) return 'the mode is observe'
  return automatic && modes.includes('propose') ? 'the mode is propose, and nobody approved' : null
}
