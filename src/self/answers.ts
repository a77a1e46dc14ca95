/**
 * The page behind the link of a message. Opening it changes nothing and shows nothing about the account, so that mail scanners
 * and people to whom it was forwarded learn and do nothing; only a form of the page answers, once. A genuine link and a false
 * one open the same page.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnswerAsk } from '../case/machine/guide.ts'
import { MINUTE_MS } from '../domain/time.ts'
import { ANSWERS, type Clock, type Language, SEEN_ERRORS } from '../domain/vocabulary.ts'
import { html } from '../review/html.ts'
import { languageOf, WORDS } from '../ticket/languages/languages.ts'
import type { AnswerLinks } from '../ticket/mail/answer-links.ts'
import { selfPage } from './page.ts'

export interface AnswerDeps {
  readonly links: Pick<AnswerLinks, 'caseOf'>
  /** False when the case takes no answer (any more). */
  readonly take: (caseId: string, ask: AnswerAsk) => Promise<boolean>
  readonly clock: Clock
}

/** Answers per address and minute; nobody needs more than a few. */
const LIMITED = { config: { rateLimit: { max: 10, timeWindow: MINUTE_MS } } }

interface Ask {
  readonly Params: { readonly token: string }
  readonly Querystring: { readonly lang?: unknown }
  readonly Body: unknown
}

/** Adds `/answer/<token>`. */
export function answerRoutes({ links, take, clock }: AnswerDeps): (app: FastifyInstance) => void {
  return (app) => {
    // No HEAD route of its own meaning: Fastify answers it like GET, which changes nothing.
    app.get<Ask>('/answer/:token', (request, reply) => question(reply, languageFor(request)))

    app.post<Ask>('/answer/:token', LIMITED, async (request, reply) => {
      const language = languageFor(request)
      const ask = readAnswer(request.body)
      const caseId = links.caseOf(request.params.token, clock())
      const isTaken = ask !== null && caseId !== null && (await take(caseId, ask))
      return isTaken ? thanks(reply, language, ask) : spent(reply, language)
    })
  }
}

function languageFor({ query, headers }: FastifyRequest<Ask>): Language {
  return languageOf(typeof query.lang === 'string' ? query.lang : null, languageOf(headers['accept-language']))
}

function readAnswer(body: unknown): AnswerAsk | null {
  const { what, seen } = Object(body) as Readonly<Record<string, unknown>>
  const answer = ANSWERS.find((one) => one === what)
  const error = SEEN_ERRORS.find((one) => one === seen)
  return answer ? { what: answer, ...(answer === 'fails' && error ? { seen: error } : {}) } : null
}

function question(reply: FastifyReply, language: Language): FastifyReply {
  const { pages } = WORDS[language]
  const choices = SEEN_ERRORS.map(
    (error) => html`<label><input type="radio" name="seen" value="${error}"> ${pages[error]}</label>`
  )
  const main = html`<p>${pages.explain}</p>
<form method="post"><button name="what" value="works">${pages.works}</button></form>
<form method="post"><fieldset><legend>${pages.failsWith}</legend>
${choices}
<button name="what" value="fails">${pages.fails}</button></fieldset></form>
<form method="post"><button name="what" value="not_me">${pages.notMe}</button></form>`
  return selfPage(reply, language, { status: 200, title: pages.question, main })
}

const THANKS = { works: 'thanksWorks', fails: 'thanksFails', not_me: 'thanksNotMe' } as const

function thanks(reply: FastifyReply, language: Language, { what }: AnswerAsk): FastifyReply {
  const { pages } = WORDS[language]
  return selfPage(reply, language, { status: 200, title: pages.thanks, main: html`<p>${pages[THANKS[what]]}</p>` })
}

function spent(reply: FastifyReply, language: Language): FastifyReply {
  const { pages } = WORDS[language]
  return selfPage(reply, language, { status: 410, title: pages.spent, main: html`<p>${pages.spentHelp}</p>` })
}
