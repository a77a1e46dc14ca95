/** The ops listener over a memory store, for the API tests. */
import { PassThrough } from 'node:stream'
import type { Test } from 'tap'
import { createAccess } from '../../src/api/access.ts'
import { buildOpsListener } from '../../src/api/listener.ts'
import type { OpsDeps } from '../../src/api/ops-deps.ts'
import { createKillSwitch, createSwitches } from '../../src/api/runtime-controls.ts'
import { readGuardReport } from '../../src/backtest/guard-report.ts'
import { createCommands } from '../../src/case/commands.ts'
import { createPeople } from '../../src/case/person.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import type { CaseCommands, Report } from '../../src/domain/operator-commands.ts'
import type { Store } from '../../src/domain/store.ts'
import { plus } from '../../src/domain/time.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { createLogger } from '../../src/telemetry/logging.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { NOW } from '../remediate/situations.ts'

export const TOKEN = 'ops-token-for-tests-0123456789'
export const AUTH = { authorization: `Bearer ${TOKEN}` }

/** A clock that goes on by a second with every look. */
export function tickingClock(): () => string {
  let seconds = 0
  return () => plus(NOW, seconds++ * 1_000)
}

export async function listenerWith(
  t: Test,
  patch: Partial<OpsDeps> = {},
  cases: readonly Case[] = [],
  store: Store = openInMemory()
) {
  const clock = patch.clock ?? tickingClock()
  const reports: Report[] = []
  const lines = new PassThrough()
  let logged = ''
  lines.on('data', (chunk: Buffer) => {
    logged += chunk.toString()
  })
  for (const c of cases) await store.save({ next: { ...c, version: 1 }, ledger: [] })
  const commands = createCommands({ store, policy: DEFAULT_POLICY, clock, emit: () => {} })
  const app = await buildOpsListener({
    store,
    commands,
    people: createPeople({ store, commands, clock }),
    metrics: createMetrics({
      store,
      config: () => ({ hash: '0123456789abcdef', mode: 'auto', pages: 'https://reenroll.example.com' }),
      breakers: () => [],
      isStorm: async () => false,
      clock,
      version: '1.2.3',
      rules: ['otherwise'],
      systems: ['local'],
      process: false
    }),
    token: TOKEN,
    hosts: ['reenroll.example.com'],
    access: createAccess(store, clock),
    controls: createKillSwitch(store, clock),
    switches: createSwitches(store, clock),
    clock,
    policyView: async () => ({ rules: [{ rule: 'otherwise' }] }),
    changePolicy: async () => ({ applied: false, faults: [], notes: [], differences: [], effect: null }),
    figures: {
      guards: (days) => readGuardReport(store, days, clock()),
      rollout: async () => ({ steps: [], draft: null, cutAt: null })
    },
    recentLines: () => [],
    report: async (report) => void reports.push(report),
    isDraining: () => false,
    checks: [],
    version: '1.2.3',
    logger: createLogger({ level: 'info', secrets: [TOKEN], to: lines }),
    ...patch
  })
  t.teardown(() => app.close())
  return { app, store, reports, logged: () => logged }
}

/** Commands that always answer the same. */
export function commandsAnswering(result: Awaited<ReturnType<CaseCommands['close']>>): CaseCommands {
  const same = async () => result
  return {
    approve: same,
    reject: same,
    close: same,
    retry: same,
    verify: same,
    confirmVerification: same,
    enterCode: same,
    assign: same,
    note: same,
    sendSteps: same,
    release: same,
    snooze: same
  }
}
