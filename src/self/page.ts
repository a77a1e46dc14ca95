/** The layout of every self-service page: nothing but its text, readable on a phone and without JavaScript. */
import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Language } from '../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../review/html.ts'
import { directionOf } from '../ticket/languages/languages.ts'

export interface SelfPage {
  readonly status: number
  /** The heading, too. */
  readonly title: string
  /** Null: only the heading. */
  readonly main: Markup | null
}

/** Sends a page. */
export function selfPage(reply: FastifyReply, language: Language, { status, title, main }: SelfPage): FastifyReply {
  const page = html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/self.css">
</head>
<body>
<main>
<h1>${title}</h1>
${main ?? NOTHING}
</main>
</body>
</html>
`
  return reply.code(status).type('text/html; charset=utf-8').send(page.toString())
}

/** Serves the stylesheet. */
export function serveStyle(app: FastifyInstance): void {
  const style = readFileSync(new URL('./self.css', import.meta.url))
  app.get('/self.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(style))
}
