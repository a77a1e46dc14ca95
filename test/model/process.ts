/** One process of the service over the shared store: it can die between any two calls, and another takes over. */

import { createCommands } from '../../src/case/commands.ts'
import type { CaseContext } from '../../src/case/context.ts'
import { evaluate } from '../../src/case/evaluate.ts'
import { advance } from '../../src/case/pipeline.ts'
import { processEvents } from '../../src/case/process-events.ts'

import { detectStorm } from '../../src/case/storms.ts'
import type { Policy } from '../../src/config/policy/policy.ts'
import { decide } from '../../src/decide/decide.ts'
import type { Verdict } from '../../src/domain/decision.ts'
import { type Begun, type CaseWrite, type Store, StoreUnavailable, type WriteLimits } from '../../src/domain/store.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import type { Clock, Mode } from '../../src/domain/vocabulary.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import type { OktaCall } from '../../src/okta/client/calls.ts'
import { createReader } from '../../src/okta/reads/reader.ts'
import { createWriter } from '../../src/okta/writes.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import { ticketDraft } from '../../src/ticket/draft/draft.ts'
import { createLocalDesk } from '../../src/ticket/local-desk.ts'
import { NO_SIGNALS } from '../support/no-signals.ts'
import { createModelClient, type OktaWeather, OWN_CLIENT_ID } from './okta.ts'

export const LEASE_MS = MINUTE_MS

export type Place = 'any call' | 'save' | 'beginWrite' | 'okta write'

/** What happens around the nth call from now: the process dies, the store is away once, or the world moves on. */
export interface Interrupt {
  readonly place: Place
  /** How many such calls go by before. */
  left: number
  readonly what: 'crash_before' | 'crash_after' | 'store_away' | (() => Promise<void>)
}

export interface ProcessParts {
  readonly holder: string
  readonly store: Store
  readonly org: Org
  readonly weather: OktaWeather
  readonly policy: Policy
  readonly ceiling: Mode
  readonly clock: Clock
  /** Sees every try to begin a write, with the verdict it rests on and what the store answered. */
  readonly onBegin: (write: CaseWrite, verdict: Verdict | null, begun: Begun) => Promise<void>
  readonly onWrite: (call: OktaCall) => void
}

export interface Process {
  interrupt: Interrupt | null
  readonly dead: boolean
  /** Reads one batch of waiting events; false when there was none. */
  digest(limit: number): Promise<boolean>
  /** Claims the most overdue case and works it; false when none was due. */
  work(): Promise<boolean>
}

export function startProcess(parts: ProcessParts): Process {
  const { clock, holder, policy, ceiling } = parts
  let dead = false
  let lastVerdict: Verdict | null = null
  const emit = () => {}

  async function around<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (dead) throw new Error('this process has died')
    const due =
      self.interrupt && isAt(self.interrupt.place, name) && self.interrupt.left-- <= 0 ? self.interrupt.what : null
    if (due) self.interrupt = null
    if (due === 'crash_before') return die()
    if (due === 'store_away' && !name.startsWith('okta')) throw new StoreUnavailable('away for a moment')
    if (typeof due === 'function') await due()
    const result = await run()
    return due === 'crash_after' ? die() : result
  }
  function die(): never {
    dead = true
    throw new Error('this process has died')
  }

  const store = gated(parts.store, around, async (write, limits) => {
    const begun = await parts.store.beginWrite(write, limits)
    await parts.onBegin(write, lastVerdict, begun)
    return begun
  })
  const client = createModelClient({ ...parts, around })
  const caseUrl = (id: string) => `http://model.invalid/cases/${id}`
  const links = { orgUrl: parts.org.url, caseUrl, remediations: REMEDIATIONS }
  const deps: CaseContext = {
    store,
    reader: createReader(client, { clock, absentSources: [] }),
    writer: createWriter(client),
    remediations: REMEDIATIONS,
    desk: createLocalDesk(store, { url: caseUrl, clock }),
    draft: (c) => ticketDraft(c, links),
    evaluate: async (c, evidence) => {
      const judged = await evaluate(c, evidence, {
        store,
        decide,
        signals: NO_SIGNALS,
        stormWindowMs: () => policy.decide.guards.stormWindowMs,
        policy: async () => ({ ...policy.decide, ceiling }),
        clock
      })
      lastVerdict = judged.verdict
      return judged
    },
    policy,
    clock,
    emit
  }
  const classify = compileClassifier({ ...policy.classifier, ownIds: [OWN_CLIENT_ID] })

  const self: Process & { dead: boolean } = {
    interrupt: null,
    get dead() {
      return dead
    },
    digest: (limit) =>
      surviving(async () => {
        const events = await store.claimEvents({ limit, now: clock(), leaseMs: LEASE_MS, holder })
        if (events.length === 0) return false
        if (await processEvents(events, { store, classify, clock, emit })) await detectStorm(deps)
        return true
      }),
    work: () =>
      surviving(async () => {
        const [due] = await store.claimDue({ limit: 1, now: clock(), leaseMs: LEASE_MS, holder })
        if (due) await advance(due, holder, deps)
        return due !== undefined
      })
  }

  /** As the worker's loop: trouble of a step is logged and the work comes back when its lease ends. */
  async function surviving(step: () => Promise<boolean>): Promise<boolean> {
    try {
      return await step()
    } catch (error) {
      if (!dead && !(error instanceof StoreUnavailable)) throw error
      return true
    }
  }
  return self
}

function isAt(place: Place, name: string): boolean {
  if (place === 'any call') return true
  return place === 'okta write' ? /^okta (POST|DELETE)/.test(name) : place === name
}

/** People's commands come from a process of their own, which lives. */
export function peopleAt(parts: Pick<ProcessParts, 'store' | 'policy' | 'clock'>) {
  return createCommands({ ...parts, emit: () => {} })
}

type Around = <T>(name: string, run: () => Promise<T>) => Promise<T>

/** The store with `around` around each of its calls. */
function gated(store: Store, around: Around, begin: (write: CaseWrite, limits: WriteLimits) => Promise<Begun>): Store {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      if (name === 'beginWrite') {
        return (write: CaseWrite, limits: WriteLimits) => around('beginWrite', () => begin(write, limits))
      }
      return (...args: unknown[]) => around(String(name), () => Promise.resolve(Reflect.apply(method, target, args)))
    }
  })
}
