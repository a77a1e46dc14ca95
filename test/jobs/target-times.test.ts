/** People are reminded before a target time passes, the case escalates, and what was missed is counted, each once. */
import t from 'tap'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { checkTargetTimes } from '../../src/jobs/target-times.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { outboxDraft } from '../../src/ticket/outbox/routing.ts'
import { aCase, NOON } from '../store/build.ts'

t.test('a case nobody takes is reminded of, escalated and counted as missed, once each', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  let now = NOON
  const emitted: TelemetryEvent[] = []
  const job = { store, policy: DEFAULT_POLICY, clock: () => now, emit: (event: TelemetryEvent) => emitted.push(event) }
  const opened = aCase('dana', { state: 'with_person', openedAt: NOON, timeline: [] })
  await store.save({ next: opened, ledger: [] })
  const lookAfter = async (hours: number) => {
    now = plus(NOON, hours * HOUR_MS)
    await checkTargetTimes(job)
    await checkTargetTimes(job)
    return emitted.splice(0).flatMap((event) => (event.type === 'target_time' ? [`${event.clock} ${event.step}`] : []))
  }
  const targets = async () => {
    const c = await store.getCase(opened.id)
    return c && outboxDraft(c, { routes: [{ to: ['jira'] }], escalateTo: ['pagerduty'] }).targets
  }
  t.same(await lookAfter(3), [])
  t.same(await lookAfter(4.5), ['first_look reminded'])
  t.same(await targets(), ['jira'])
  const reminded = await store.getCase(opened.id)
  t.match(reminded?.timeline.at(-1)?.what, /^Reminder: nobody has taken the case; the target time is 2026/)
  t.ok((reminded?.contentRevision ?? 0) > opened.contentRevision, 'the ticket gets the line')
  t.same(await lookAfter(7.5), ['first_look escalated'])
  t.same(await targets(), ['jira', 'pagerduty'])
  t.same(await lookAfter(9), ['first_look missed'])
  const c = await store.getCase(opened.id)
  if (c) await store.save({ next: { ...c, assignee: 'olga', version: c.version + 1 }, ledger: [] })
  t.same(await lookAfter(30), [], 'somebody has taken it')
  t.same(await lookAfter(80), ['resolution missed'], 'late steps of a clock count as the last one')
})

t.test('a snoozed case is left alone, and its clock goes on', async (t) => {
  const store = openInMemory()
  t.teardown(() => store.close())
  let now = plus(NOON, 9 * HOUR_MS)
  const emitted: TelemetryEvent[] = []
  const snoozedUntil = plus(NOON, 12 * HOUR_MS)
  const next = aCase('dana', { state: 'with_person', openedAt: NOON, timeline: [], snoozedUntil })
  await store.save({ next, ledger: [] })
  const job = { store, policy: DEFAULT_POLICY, clock: () => now, emit: (event: TelemetryEvent) => emitted.push(event) }
  await checkTargetTimes(job)
  t.same(emitted, [])
  now = plus(NOON, 13 * HOUR_MS)
  await checkTargetTimes(job)
  t.match(emitted, [{ type: 'target_time', step: 'missed' }])
})

t.test(
  'hours, holidays and escalation are read from the policy, and a target that does not exist is named',
  async (t) => {
    const text = `targets:
  resolution: { normal: 40h }
  hours: { days: [mon, tue], from: "08:00", to: "16:00", zone: Europe/Paris, holidays: ["2026-05-01"] }
`
    const read = readPolicy(text)
    t.match(read.ok && read.policy.targets, {
      normalMs: 8 * HOUR_MS,
      resolution: { normalMs: 40 * HOUR_MS, securityMs: 8 * HOUR_MS },
      hours: { days: ['mon', 'tue'], zone: 'Europe/Paris', holidays: ['2026-05-01'] }
    })
    const errors = (policy: string) => {
      const result = readPolicy(policy)
      return result.ok ? [] : result.errors
    }
    t.match(errors('tickets: {escalateTo: [pager]}'), [/tickets\.escalateTo leads to pager, which is not a target/])
    t.match(errors('targets: {hours: {zone: Mars}}'), [/targets\.hours\.zone/])
    t.match(errors('targets: {hours: {holidays: [May 1]}}'), [/a date such as 2026-12-25/])
  }
)
