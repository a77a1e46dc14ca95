/** Case pages and their actions. GET shows a form, POST performs it and redirects. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { firstOf } from '../../case/machine/operator-commands.ts'
import { advice } from '../../decide/advice.ts'
import { mayVerify } from '../../decide/caller.ts'
import type { Case } from '../../domain/case.ts'
import type { CommandResult, Operator } from '../../domain/operator-commands.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import type { GuardId } from '../../domain/vocabulary.ts'
import { readColleagues } from '../colleagues.ts'
import { html, type Markup } from '../html.ts'
import { caseHref, paramsOf, readNeighbours, readPlace } from '../queue.ts'
import type { ReviewDeps } from '../review-deps.ts'
import {
  draftOf,
  dropDraft,
  type Fields,
  formFieldsOf,
  pathOf,
  reasonError,
  typedTexts,
  viewer
} from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { readOfUser, readSimilar } from '../similar.ts'
import { counted, readChildren, readChildrenAsk } from '../storm-cases.ts'
import { plain } from '../text.ts'
import {
  approveForm,
  closeForm,
  type FormModel,
  handOverForm,
  noteForm,
  REFUSED_STATUS,
  refusedView,
  rejectForm,
  SNOOZES,
  snoozeForm
} from '../views/actions.ts'
import { codeForm, verifyForm } from '../views/caller.ts'
import { caseView } from '../views/case.ts'
import { stepsPage } from '../views/steps.ts'
import { readRelease, releaseForm } from '../views/storm.ts'
import { nameOf } from '../words.ts'

/** Ledger entries shown; a case has far fewer. */
const LEDGER_ENTRIES = 500

/** An action with a form. */
export interface Verb {
  readonly title: string
  readonly form: (model: FormModel) => Markup
  /** The error in the fields, or null. */
  readonly validate: (fields: Fields, by: Operator, deps: ReviewDeps) => string | null | Promise<string | null>
  readonly act: (id: string, fields: Fields, by: Operator, deps: ReviewDeps) => Promise<CommandResult>
  readonly notice: (c: Case, deps: ReviewDeps) => string
  /** Part of verifying the caller, which the policy may leave to viewers. */
  readonly verifies?: true
}

export const VERBS = {
  approve: {
    title: 'Approve',
    form: approveForm,
    validate: (fields) => overridesOf(fields).flatMap(({ because }) => reasonError(because) ?? [])[0] ?? null,
    act: (id, fields, by, { commands }) =>
      commands.approve(id, { hash: fields.hash ?? '', overrides: overridesOf(fields) }, by),
    notice: (c) =>
      firstOf(c)
        ? 'Approved. This was the first of two approvals; a second approver is needed.'
        : 'Approved. Reenroll reads Okta again, runs the final checks and then makes the repair.'
  },
  reject: {
    title: 'Reject',
    form: rejectForm,
    validate: ({ because = '' }) => reasonError(because),
    act: (id, { hash = '', because = '' }, by, { commands }) => commands.reject(id, { hash, because }, by),
    notice: () => 'Rejected. Nothing was written to Okta.'
  },
  close: {
    title: 'Close',
    form: closeForm,
    validate: ({ because = '' }) => reasonError(because),
    act: (id, { because = '', attack }, by, { commands }) =>
      commands.close(id, { because, ...(attack ? { attack: true } : {}) }, by),
    notice: (c) => (c.attack ? 'Marked as an attack.' : 'Closed.')
  },
  snooze: {
    title: 'Snooze',
    form: snoozeForm,
    validate: ({ for: hours = '' }) => (Object.hasOwn(SNOOZES, hours) ? null : 'Choose how long.'),
    act: (id, { for: hours = '' }, by, { commands, clock }) =>
      commands.snooze(id, { until: plus(clock(), Number.parseInt(hours, 10) * HOUR_MS) }, by),
    notice: () => 'Snoozed.'
  },
  verify: {
    title: 'Verify the caller',
    verifies: true,
    form: verifyForm,
    validate: ({ factor = '' }) => (factor ? null : 'Choose how.'),
    act: (id, { factor = '' }, by, { commands }) => commands.verify(id, { factor }, by),
    notice: (c) => c.timeline.at(-1)?.what ?? 'Asked.'
  },
  code: {
    title: 'Code of the caller',
    verifies: true,
    form: codeForm,
    validate: ({ code = '' }) => (code.trim() ? null : 'Enter the code.'),
    act: (id, { code = '' }, by, { commands }) => commands.enterCode(id, { code }, by),
    notice: () => 'Checking the code.'
  },
  note: {
    title: 'Note',
    form: noteForm,
    validate: ({ because = '' }) => reasonError(because),
    act: (id, { because = '' }, by, { commands }) => commands.note(id, { text: because }, by),
    notice: () => 'Note added.'
  },
  'hand-over': {
    title: 'Hand over',
    form: handOverForm,
    validate: async ({ to = '', because = '' }, by, deps) => {
      if (because && reasonError(because)) return reasonError(because)
      return (await readColleagues(deps, by)).includes(to) ? null : 'Choose a colleague.'
    },
    act: (id, { to = '', because = '' }, by, { commands }) => commands.assign(id, { to, text: because }, by),
    notice: (c) => `Handed over to ${c.assignee}.`
  },
  release: {
    title: 'Release',
    form: releaseForm,
    validate: ({ because = '' }) => reasonError(because),
    act: (id, fields, by, { commands }) =>
      commands.release(id, { ...readRelease(fields), because: (fields.because ?? '').trim() }, by),
    notice: (c) => c.timeline.at(-1)?.what ?? 'Released.'
  }
} satisfies Readonly<Record<string, Verb>>

/** Actions without a form: a button is enough. */
export const BUTTONS = {
  confirm: {
    act: (id, _fields, by, { commands }) => commands.confirmVerification(id, by),
    notice: () => 'Confirmed.'
  },
  retry: { act: (id, _fields, by, { commands }) => commands.retry(id, by), notice: () => 'Reading Okta again.' },
  assign: {
    act: (id, _fields, by, { commands }) => commands.assign(id, { to: by.name }, by),
    notice: () => 'Assigned to you.'
  },
  unassign: {
    act: (id, _fields, by, { commands }) => commands.assign(id, { to: null }, by),
    notice: () => 'Unassigned.'
  },
  wake: {
    act: (id, _fields, by, { commands }) => commands.snooze(id, { until: null }, by),
    notice: () => 'Back in the queue.'
  }
} satisfies Readonly<Record<string, Pick<Verb, 'act' | 'notice'>>>

/** Adds the case pages. */
export function casePages(app: Api, deps: ReviewDeps, show: Show): void {
  app.get('/cases/:id', async (request, reply) => {
    const { store, words, clock } = deps
    const found = await store.getCase(idOf(request))
    if (!found) return noCase(reply, show, idOf(request))
    const operator = viewer(request)
    const place = readPlace(request.query)
    const now = clock()
    const [c, children, parent, ledger, similar, ofUser, neighbours] = await Promise.all([
      counted(store, found),
      found.storm ? readChildren(store, found.id, readChildrenAsk({ ...(request.query as object) })) : null,
      found.parentId ? store.getCase(found.parentId) : null,
      store.ledger({ after: 0, limit: LEDGER_ENTRIES, caseId: found.id }),
      found.storm ? [] : readSimilar(store, found, now),
      readOfUser(store, found),
      readNeighbours(store, place, found, { me: operator.name, now })
    ])
    const csrf = reply.generateCsrf()
    const queue = paramsOf(place)
    const main = caseView({
      ...{ c, children, parent, ledger, similar, ofUser, queue, neighbours, viewer: operator, csrf, words, now },
      verification: deps.policy().verification
    })
    return show.page(request, reply, operator, { title: html`${[plain(nameOf(c), 100)]}`, nav: 'queue', main })
  })

  app.get('/cases/:id/steps', async (request, reply) => {
    const c = await deps.store.getCase(idOf(request))
    if (!c) return noCase(reply, show, idOf(request))
    if (!deps.words.guidance(c).send || advice(c).sendSteps === 'never')
      return show.message(reply, 404, 'No steps for the user', 'They must not be sent now, or the case needs none.')
    const main = stepsPage(c, deps.words)
    return show.page(request, reply, viewer(request), { title: 'Steps for the user', nav: 'queue', main })
  })

  for (const [name, verb] of Object.entries(VERBS)) {
    app.get(`/cases/:id/${name}`, (request, reply) =>
      showForm(request, reply, verb, { ...asked(request), ...draftOf(request, pathOf(request)) }, null, 200)
    )
    app.post(`/cases/:id/${name}`, async (request, reply) => {
      const fields = formFieldsOf(request.body)
      const error = await verb.validate(fields, viewer(request), deps)
      if (error) return showForm(request, reply, verb, fields, error, 422)
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
    error: string | null,
    status: number
  ): Promise<FastifyReply> {
    const c = await deps.store.getCase(idOf(request))
    if (!c) return noCase(reply, show, idOf(request))
    const operator = viewer(request)
    const { verification } = deps.policy()
    if (operator.role !== 'approver' && !(verb.verifies && mayVerify(operator, verification)))
      return show.approversOnly(reply)
    const { words, clock } = deps
    const [csrf, queue, now] = [reply.generateCsrf(), paramsOf(readPlace(request.query)), clock()]
    const colleagues = verb === VERBS['hand-over'] ? await readColleagues(deps, operator) : []
    const main = verb.form({ c, queue, viewer: operator, colleagues, csrf, words, verification, now, typed, error })
    return show.page(request, reply, operator, {
      title: html`${verb.title}: ${[plain(nameOf(c), 100)]}`,
      nav: 'queue',
      main,
      status
    })
  }

  async function run(request: FastifyRequest, reply: FastifyReply, verb: Pick<Verb, 'act' | 'notice'>, fields: Fields) {
    const id = idOf(request)
    const operator = viewer(request)
    const result = await verb.act(id, fields, operator, deps)
    if (result.ok) {
      dropDraft(request, pathOf(request))
      setNotice(request, verb.notice(result.case, deps))
      return reply.redirect(caseHref(result.case.id, paramsOf(readPlace(request.query))), 303)
    }
    if (result.kind === 'not_found') return noCase(reply, show, id)
    const back = caseHref(id, paramsOf(readPlace(request.query)))
    const main = refusedView(back, result, typedTexts(fields))
    const status = REFUSED_STATUS[result.kind]
    return show.page(request, reply, operator, { title: 'Nothing was changed', nav: 'queue', main, status })
  }
}

/** The fields that an address may fill in; texts are typed by hand. */
function asked({ query }: FastifyRequest): Fields {
  const typed = ([key]: readonly [string, string]) => key === 'because' || key.startsWith('override_')
  return Object.fromEntries(Object.entries(formFieldsOf(query)).filter((field) => !typed(field)))
}

function noCase(reply: FastifyReply, show: Show, id: string): FastifyReply {
  return show.message(
    reply,
    404,
    'Case not found',
    `Case ${plain(id, 40)} does not exist. The link may belong to another installation.`
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
