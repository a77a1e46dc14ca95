/** Sends a view inside the layout, and serves the stylesheet, script and icon. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api/app.ts'
import type { Controls } from '../domain/decision.ts'
import type { Operator } from '../domain/operator-commands.ts'
import { html, type Markup } from './html.ts'
import { createTranslation } from './messages.ts'
import type { ReviewDeps } from './review-deps.ts'
import { takeNotice } from './session/session.ts'
import { type Frame, layout, messagePage, type NavItem, sentence, signInView } from './views/layout.ts'

/** A page: its title, where it is in the navigation, and its content. */
export interface PageContent {
  readonly title: string | Markup
  readonly nav: NavItem
  readonly main: Markup
  readonly status?: number
}

interface SignInPage {
  readonly status: number
  readonly next: string
  readonly error: string | null
  readonly kept?: readonly string[]
}

/** Sends pages. */
export interface Show {
  /** Begins to read what every page shows, beside the page's own reading. */
  prepare(request: FastifyRequest): void
  /** A page for a signed-in person. */
  page(request: FastifyRequest, reply: FastifyReply, operator: Operator, page: PageContent): Promise<FastifyReply>
  signIn(request: FastifyRequest, reply: FastifyReply, page: SignInPage): FastifyReply
  /** The page after a sign-out, with a link to sign out at the provider. */
  signedOut(reply: FastifyReply, providerUrl: string): FastifyReply
  /** A page with one message; needs no session. */
  message(reply: FastifyReply, status: number, heading: string, text: string): FastifyReply
  /** For a viewer who tried to act. */
  approversOnly(reply: FastifyReply): FastifyReply
}

/** Sends pages with these assets. */
export function createShow({ killSwitch: brake, policy, signIn, texts, clock }: ReviewDeps, assets: AssetPaths): Show {
  const translation = texts && createTranslation(texts)
  const send = (reply: FastifyReply, status: number, frame: Omit<Frame, 'now' | 'assets' | 'language'>, main: Markup) =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .send(layout({ ...frame, now: clock(), assets, language: texts?.language ?? 'en' }, main).toString(translation))

  const message: Show['message'] = (reply, status, heading, text) => {
    const main = messagePage(heading, html`${sentence(text)}<p><a href="/">To the queue</a></p>`)
    return send(reply, status, { title: heading, nav: 'none', viewer: null }, main)
  }

  const controls = new WeakMap<FastifyRequest, Promise<Controls>>()

  return {
    message,
    prepare(request) {
      const read = brake.read()
      // The page that waits for it fails; another one needs none.
      read.catch(() => {})
      controls.set(request, read)
    },
    approversOnly: (reply) => message(reply, 403, 'Approvers only', 'Only an approver may do this. You can view.'),
    async page(request, reply, operator, { title, nav: place, main, status = 200 }) {
      const viewer = {
        operator,
        csrf: reply.generateCsrf(),
        controls: await (controls.get(request) ?? brake.read()),
        highestMode: policy().ceiling
      }
      return send(reply, status, { title, nav: place, viewer, notice: takeNotice(request) }, main)
    },
    signIn(_request, reply, { status, next, error, kept = [] }) {
      const main = signInView({ oidc: signIn.oidc !== null, csrf: reply.generateCsrf(), next, error, kept })
      return send(reply, status, { title: 'Sign in', nav: 'none', viewer: null }, main)
    },
    signedOut(reply, providerUrl) {
      const text = 'You are signed out of Reenroll. Your session at the sign-in provider is still active.'
      const link = html`<p><a class="button primary" href="${providerUrl}" rel="noreferrer">Sign out there too</a></p>`
      const main = messagePage('Signed out', html`${sentence(text)}${link}`)
      return send(reply, 200, { title: 'Signed out', nav: 'none', viewer: null }, main)
    }
  }
}

const FILES = {
  style: ['style.css', 'text/css; charset=utf-8'],
  script: ['review.js', 'text/javascript; charset=utf-8'],
  icon: ['icon.svg', 'image/svg+xml']
} as const

/** The paths of the assets, with the hash of their content. */
export type AssetPaths = Readonly<Record<keyof typeof FILES, string>>

/** Serves the assets. Their paths change with their content, so browsers may cache them for good. */
export function serveAssets(app: Api): AssetPaths {
  const paths = Object.entries(FILES).map(([key, [name, type]]) => {
    const content = readFileSync(new URL(`./assets/${name}`, import.meta.url))
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(content)
    )
    return [key, `/assets/${name}?v=${hash}`]
  })
  return Object.fromEntries(paths) as AssetPaths
}
