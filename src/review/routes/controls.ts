/** The policy and safety pages, and the run-time controls on them. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { readReportDays } from '../../api/figures.ts'
import { rulesWith } from '../../api/runtime-controls.ts'
import { readGuardReport } from '../../backtest/guard-report.ts'
import { RULES } from '../../decide/rules.ts'
import type { Controls } from '../../domain/decision.ts'
import { DAY_MS, HOUR_MS, plus } from '../../domain/time.ts'
import { MODES } from '../../domain/vocabulary.ts'
import { changedModes, whatIf } from '../mode-change.ts'
import { readPeriod } from '../period.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { recordsByRule } from '../rule-records.ts'
import { draftOf, dropDraft, type Fields, formFieldsOf, pathOf, reasonError, viewer } from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { guardReportView } from '../views/guard-report.ts'
import { modeChangeView } from '../views/mode-change.ts'
import { policyView } from '../views/policy.ts'
import { NO_REASON, safetyView } from '../views/safety.ts'

/** Changes shown. */
const HISTORY = 20

/** Adds the pages and their forms. */
export function controlPages(app: Api, deps: ReviewDeps, show: Show): void {
  const { store, killSwitch: brake, switches, policy, words, clock } = deps
  const recent = (range: '7d' | '30d') => store.activity({ ...readPeriod(range, clock()), by: 'period' })

  /** Viewers get no forms; this refuses a forged one. */
  const onlyApprover = {
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (viewer(request).role === 'approver') return
      return show.approversOnly(reply)
    }
  }

  app.get('/policy', async (request, reply) => {
    const [controls, week, month, { stopped }, history] = await Promise.all([
      brake.read(),
      recent('7d'),
      recent('30d'),
      store.recoveries(readPeriod('30d', clock())),
      store.controlChanges(HISTORY)
    ])
    const operator = viewer(request)
    const mayChange = operator.role === 'approver'
    const csrf = reply.generateCsrf()
    const shown = { policy: policy(), controls, week, month, stopped, history, words, csrf, mayChange }
    const main = policyView(shown)
    return show.page(request, reply, operator, { title: 'Policy', nav: 'policy', main })
  })

  app.get('/guards', async (request, reply) => {
    const days = readReportDays((request.query as { readonly days?: string }).days) ?? 30
    const main = guardReportView(await readGuardReport(store, days, clock()))
    return show.page(request, reply, viewer(request), { title: 'Guards', nav: 'policy', main })
  })

  app.post('/policy/mode', onlyApprover, async (request, reply) => {
    const { ceiling, because } = formFieldsOf(request.body)
    const mode = MODES.find((candidate) => candidate === ceiling) ?? null
    const set = (old: Controls): Controls => ({ ...old, ceiling: mode })
    if (await asksFirst(request, reply, set, { ceiling: mode ?? '' })) return reply
    await switches.setCeiling(mode, viewer(request), because?.trim())
    return done(request, reply, mode ? 'The ceiling is set.' : 'Ceiling removed; only REENROLL_MODE applies.')
  })

  app.post('/policy/rules/:id', onlyApprover, async (request, reply) => {
    const { mode, because } = formFieldsOf(request.body)
    const { id } = request.params as { id: string }
    const wanted = MODES.find((candidate) => candidate === mode) ?? null
    const set = (old: Controls): Controls => ({
      ...old,
      rules: rulesWith(old.rules, id, { mode: wanted }, viewer(request))
    })
    if (await asksFirst(request, reply, set, { mode: wanted ?? '' })) return reply
    const ask = { mode: wanted, ...(because ? { because: because.trim() } : {}) }
    return change(request, reply, ask, 'The mode of the rule is set.')
  })

  /** A change of a mode in force is confirmed first, with a reason. True when that page was sent. */
  async function asksFirst(
    request: FastifyRequest,
    reply: FastifyReply,
    set: (old: Controls) => Controls,
    fields: Fields
  ): Promise<boolean> {
    const before = await brake.read()
    const change = { policy: policy(), before, after: set(before) }
    const changes = changedModes(change)
    const { because } = formFieldsOf(request.body)
    const error = because === undefined ? null : reasonError(because)
    if (changes.length === 0 || (because !== undefined && error === null)) return false
    const path = pathOf(request)
    const { since } = readPeriod('30d', clock())
    const raised = changes.flatMap(({ rule, isRaise }) => (isRaise ? rule : []))
    const main = modeChangeView({
      ...{ changes, path, fields, typed: because ?? '', error, words, csrf: reply.generateCsrf() },
      ...{ records: recordsByRule(await recent('30d')), whatIf: await whatIf(store, raised, change, since) }
    })
    const page = { title: 'Change a mode', nav: 'policy', main, status: error ? 422 : 200 } as const
    await show.page(request, reply, viewer(request), page)
    return true
  }

  app.post('/policy/rules/:id/pause', onlyApprover, async (request, reply) => {
    const { because = '' } = formFieldsOf(request.body)
    const error = reasonError(because)
    if (error) return done(request, reply, error)
    return change(request, reply, { paused: { because: because.trim() } }, 'The rule is paused.')
  })

  app.post('/policy/rules/:id/resume', onlyApprover, async (request, reply) => {
    const { because } = formFieldsOf(request.body)
    const { id } = request.params as { id: string }
    const set = (old: Controls): Controls => ({
      ...old,
      rules: rulesWith(old.rules, id, { paused: null }, viewer(request))
    })
    if (await asksFirst(request, reply, set, {})) return reply
    const ask = { paused: null, ...(because ? { because: because.trim() } : {}) }
    return change(request, reply, ask, 'The rule is no longer paused.')
  })

  app.get('/brake', (request, reply) => showSafety(request, reply, null, 200))

  app.post('/brake', onlyApprover, async (request, reply) => {
    const { on, because = '' } = formFieldsOf(request.body)
    // Stopping never waits for a reason; the safety page asks for it afterwards.
    const isStop = on === 'yes' && !(await brake.read()).kill?.on
    const reason = isStop && !because.trim() ? NO_REASON : because.trim()
    const error = reasonError(reason)
    if (error) return showSafety(request, reply, error, 422)
    await brake.set({ kill: { on: on === 'yes', because: reason } }, viewer(request))
    dropDraft(request, pathOf(request))
    setNotice(request, isStop ? 'All writes are stopped.' : on === 'yes' ? 'Reason kept.' : 'Writes resumed.')
    return reply.redirect('/brake', 303)
  })

  async function showSafety(request: FastifyRequest, reply: FastifyReply, error: string | null, status: number) {
    const now = clock()
    const { stormWindowMs } = policy().guards
    const [controls, lastDay, failing, failedLastDay, storm] = await Promise.all([
      brake.read(),
      store.actionsSince(plus(now, -DAY_MS)),
      store.failing({ now, windowMs: stormWindowMs, fewest: Infinity }),
      store.failing({ now, windowMs: DAY_MS, fewest: Infinity }),
      deps.storm()
    ])
    const typed = error ? formFieldsOf(request.body) : draftOf(request, pathOf(request))
    const operator = viewer(request)
    const main = safetyView({
      controls,
      policy: policy(),
      lastDay,
      lastHour: lastDay.filter(({ intendedAt, state }) => intendedAt > plus(now, -HOUR_MS) && state !== 'failed'),
      failingUsers: failing.users,
      failedLastDay: failedLastDay.users,
      storm,
      words,
      csrf: reply.generateCsrf(),
      mayChange: operator.role === 'approver',
      typed: typed.because ?? '',
      error,
      now
    })
    return show.page(request, reply, operator, { title: 'Safety', nav: 'safety', main, status })
  }

  async function change(
    request: FastifyRequest,
    reply: FastifyReply,
    ask: Parameters<typeof switches.setRule>[1],
    notice: string
  ) {
    const rule = RULES.find(({ id }) => id === (request.params as { id: string }).id)
    if (rule?.outcome.do !== 'remediate') {
      return show.message(reply, 404, 'Rule not found', 'Only rules that write to Okta have a mode.')
    }
    await switches.setRule(rule.id, ask, viewer(request))
    return done(request, reply, notice, `#rule-${rule.id}`)
  }

  function done(request: FastifyRequest, reply: FastifyReply, what: string, anchor = '') {
    setNotice(request, what)
    return reply.redirect(`/policy${anchor}`, 303)
  }
}
