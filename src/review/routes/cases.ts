/** A case, and what people do to it: every form is shown by GET, done by POST, and answered with a redirect. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { Case } from '../../domain/case.ts'
import type { CommandResult, Operator } from '../../domain/operator-commands.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import type { GuardId } from '../../domain/vocabulary.ts'
import { counted, readChildren, readChildrenAsk } from '../children.ts'
import type { Markup } from '../html.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { pathOf, viewer } from '../session/access.ts'
import { draftOf, dropDraft, type Fields, fieldsOf, typedTexts } from '../session/draft.ts'
import { tell } from '../session/session.ts'
import type { Show } from '../show.ts'
import {
  approveForm,
  closeForm,
  type FormModel,
  MAX_REASON,
  rejectForm,
  SNOOZES,
  snoozeForm
} from '../views/actions.ts'
import { caseView } from '../views/case.ts'
import { firstOf } from '../views/four-eyes.ts'
import { REFUSED_STATUS, refusedView } from '../views/refused.ts'
import { nameOf } from '../words.ts'

/** Ledger lines shown; a case has far fewer. */
const LEDGER_LINES = 500

/** What a form leads to. */
interface Verb {
  readonly title: string
  readonly form: (model: FormModel) => Markup
  /** What is wrong with the fields, or null. */
  readonly fault: (fields: Fields) => string | null
  readonly act: (id: string, fields: Fields, by: Operator, deps: ReviewDeps) => Promise<CommandResult>
  readonly told: (c: Case, deps: ReviewDeps) => string
}

const VERBS: Readonly<Record<string, Verb>> = {
  approve: {
    title: 'Approve',
    form: approveForm,
    fault: (fields) => overridesOf(fields).flatMap(({ because }) => faultOfReason(because) ?? [])[0] ?? null,
    act: (id, fields, by, { commands }) =>
      commands.approve(id, { hash: fields.hash ?? '', overrides: overridesOf(fields) }, by),
    told: (c) =>
      firstOf(c)
        ? 'Approved. This was the first of two approvals: a second approver is needed.'
        : 'Approved. Everything is read and checked once more, then it is done.'
  },
  reject: {
    title: 'Reject',
    form: rejectForm,
    fault: ({ because = '' }) => faultOfReason(because),
    act: (id, { hash = '', because = '' }, by, { commands }) => commands.reject(id, { hash, because }, by),
    told: () => 'Rejected. The case stays with people.'
  },
  close: {
    title: 'Close',
    form: closeForm,
    fault: ({ because = '' }) => faultOfReason(because),
    act: (id, { because = '' }, by, { commands }) => commands.close(id, { because }, by),
    told: () => 'Closed.'
  },
  snooze: {
    title: 'Put off',
    form: snoozeForm,
    fault: ({ for: hours = '' }) => (hours in SNOOZES ? null : 'Choose how long.'),
    act: (id, { for: hours = '' }, by, { commands, clock }) =>
      commands.snooze(id, { until: plus(clock(), Number.parseInt(hours, 10) * HOUR_MS) }, by),
    told: () => 'Put off.'
  }
}

/** Verbs without a form: the button alone says it. */
const BUTTONS: Readonly<Record<string, Pick<Verb, 'act' | 'told'>>> = {
  retry: { act: (id, _fields, by, { commands }) => commands.retry(id, by), told: () => 'Okta is being read again.' },
  assign: {
    act: (id, _fields, by, { commands }) => commands.assign(id, { to: by.name }, by),
    told: () => 'The case is yours.'
  },
  unassign: {
    act: (id, _fields, by, { commands }) => commands.assign(id, { to: null }, by),
    told: () => 'Nobody looks after the case now.'
  },
  wake: {
    act: (id, _fields, by, { commands }) => commands.snooze(id, { until: null }, by),
    told: () => 'Back in the queue.'
  }
}

export function caseRoutes(app: Api, deps: ReviewDeps, show: Show): void {
  app.get('/cases/:id', async (request, reply) => {
    const { store, words, clock } = deps
    const found = await store.getCase(idOf(request))
    if (!found) return noCase(reply, show, idOf(request))
    const c = await counted(store, found)
    const [children, parent, ledger] = await Promise.all([
      c.storm ? readChildren(store, c.id, readChildrenAsk({ ...(request.query as object) })) : null,
      c.parentId ? store.getCase(c.parentId) : null,
      store.ledger({ after: 0, limit: LEDGER_LINES, caseId: c.id })
    ])
    const operator = viewer(request)
    const csrf = reply.generateCsrf()
    const main = caseView({ c, children, parent, ledger, viewer: operator, csrf, words, now: clock() })
    return show.page(request, reply, operator, { title: nameOf(c), place: 'queue', main })
  })

  for (const [name, verb] of Object.entries(VERBS)) {
    app.get(`/cases/:id/${name}`, (request, reply) =>
      showForm(request, reply, verb, draftOf(request, pathOf(request)), null, 200)
    )
    app.post(`/cases/:id/${name}`, async (request, reply) => {
      const fields = fieldsOf(request.body)
      const fault = verb.fault(fields)
      if (fault) return showForm(request, reply, verb, fields, fault, 422)
      return run(request, reply, verb, fields)
    })
  }
  for (const [name, button] of Object.entries(BUTTONS)) {
    app.post(`/cases/:id/${name}`, (request, reply) => run(request, reply, button, {}))
  }

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    verb: Verb,
    typed: Fields,
    fault: string | null,
    status: number
  ): Promise<FastifyReply> {
    const c = await deps.store.getCase(idOf(request))
    if (!c) return noCase(reply, show, idOf(request))
    const operator = viewer(request)
    if (operator.role !== 'approver') {
      return show.message(reply, 403, 'Not yours to decide', 'Only an approver may do this; you can view.')
    }
    const { words, clock } = deps
    const main = verb.form({ c, viewer: operator, csrf: reply.generateCsrf(), words, now: clock(), typed, fault })
    return show.page(request, reply, operator, { title: `${verb.title}: ${nameOf(c)}`, place: 'queue', main, status })
  }

  async function run(request: FastifyRequest, reply: FastifyReply, verb: Pick<Verb, 'act' | 'told'>, fields: Fields) {
    const id = idOf(request)
    const operator = viewer(request)
    const result = await verb.act(id, fields, operator, deps)
    if (result.ok) {
      dropDraft(request, pathOf(request))
      tell(request, verb.told(result.case, deps))
      return reply.redirect(`/cases/${result.case.id}`, 303)
    }
    if (result.kind === 'not_found') return noCase(reply, show, id)
    const main = refusedView(id, result, typedTexts(fields))
    const status = REFUSED_STATUS[result.kind]
    return show.page(request, reply, operator, { title: 'Not done', place: 'queue', main, status })
  }
}

function noCase(reply: FastifyReply, show: Show, id: string): FastifyReply {
  return show.message(
    reply,
    404,
    'There is no such case',
    `No case is called ${id}. It may be a link from another service.`
  )
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id: string }).id
}

/** `override_G9` → the guard and its reason. */
function overridesOf(fields: Fields): { guard: GuardId; because: string }[] {
  return Object.entries(fields).flatMap(([key, because]) => {
    const guard = /^override_(G\d+(?:_\w+)?)$/.exec(key)?.[1]
    return guard ? [{ guard: guard as GuardId, because: because.trim() }] : []
  })
}

/** The same bounds as the API's. */
export function faultOfReason(because: string): string | null {
  const length = because.trim().length
  if (length < 3) return 'Say why, in a few words: it stands in the ledger for good.'
  return because.length > MAX_REASON
    ? `Keep the reason below ${MAX_REASON} characters; this has ${because.length}.`
    : null
}
