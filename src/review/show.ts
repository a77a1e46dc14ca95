/** Puts a view into its surroundings and sends it. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Operator } from '../domain/operator-commands.ts'
import type { AssetPaths } from './assets.ts'
import { html, type Markup } from './html.ts'
import type { ReviewDeps } from './review-deps.ts'
import { takeTold } from './session/session.ts'
import { type Frame, layout, messagePage, type NavItem, sentence } from './views/layout.ts'
import { signInView } from './views/sign-in.ts'

export interface Page {
  readonly title: string
  readonly place: NavItem
  readonly main: Markup
  readonly status?: number
}

interface SignInPage {
  readonly status: number
  readonly next: string
  readonly fault: string | null
  readonly kept?: readonly string[]
}

export interface Show {
  /** A page for somebody who is signed in. */
  page(request: FastifyRequest, reply: FastifyReply, operator: Operator, page: Page): Promise<FastifyReply>
  signIn(request: FastifyRequest, reply: FastifyReply, page: SignInPage): FastifyReply
  /** Signed out here; the provider's own session ends at another address. */
  signedOut(reply: FastifyReply, elsewhere: string): FastifyReply
  /** A page that says one thing, also to somebody who is not signed in. */
  message(reply: FastifyReply, status: number, heading: string, text: string): FastifyReply
}

export function createShow({ brake, signIn, clock }: ReviewDeps, assets: AssetPaths): Show {
  const send = (reply: FastifyReply, status: number, frame: Omit<Frame, 'now' | 'assets'>, main: Markup) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(layout({ ...frame, now: clock(), assets }, main))

  return {
    async page(request, reply, operator, { title, place, main, status = 200 }) {
      const viewer = { operator, csrf: reply.generateCsrf(), controls: await brake.read() }
      return send(reply, status, { title, place, viewer, told: takeTold(request) }, main)
    },
    signIn(_request, reply, { status, next, fault, kept = [] }) {
      const main = signInView({ oidc: signIn.oidc !== null, csrf: reply.generateCsrf(), next, fault, kept })
      return send(reply, status, { title: 'Sign in', place: 'none', viewer: null }, main)
    },
    signedOut(reply, elsewhere) {
      const text = 'You are signed out of Reenroll. The sign-in provider still knows you.'
      const link = html`<p><a class="button primary" href="${elsewhere}" rel="noreferrer">Sign out there too</a></p>`
      const main = messagePage('Signed out', html`${sentence(text)}${link}`)
      return send(reply, 200, { title: 'Signed out', place: 'none', viewer: null }, main)
    },
    message(reply, status, heading, text) {
      const main = messagePage(heading, html`${sentence(text)}<p><a href="/">To the queue</a></p>`)
      return send(reply, status, { title: heading, place: 'none', viewer: null }, main)
    }
  }
}
