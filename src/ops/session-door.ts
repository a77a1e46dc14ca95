/** How the API knows people who are signed in to the pages. Types only; the pages hand it in. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Operator } from '../case/commands.ts'
import type { Api } from './api/app.ts'

export interface SessionDoor {
  /** Before any route. */
  install(app: Api): Promise<void>
  /** Who is signed in; null: nobody. A write that comes from another site is refused. */
  recognise(request: FastifyRequest): Operator | { readonly refused: string } | null
  /** Answers 403 itself when a write does not carry the token of its session. */
  checkToken(request: FastifyRequest, reply: FastifyReply, done: () => void): void
  /** The token that writes must carry. */
  tokenFor(reply: FastifyReply): string
}
