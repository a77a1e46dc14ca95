/** Text typed by somebody whose session had ended: kept in a cookie of its own until it has been sent. */
import type { FastifyRequest } from 'fastify'

export type Fields = Readonly<Record<string, string>>

/** Browsers drop a cookie above 4,096 bytes; encrypting and encoding make a text about a third longer. In bytes. */
const MAX_DRAFT = 2_700

/** Forms whose text is worth keeping; all of them can be shown again at the same path. */
const FORMS = /^\/(?:brake|report|cases\/[\w-]+\/(?:approve|reject|close|snooze))$/

/** The fields of a form's body as text, without our own. */
export function fieldsOf(body: unknown): Fields {
  if (typeof body !== 'object' || body === null) return {}
  const texts = Object.entries(body).flatMap(([key, value]) =>
    typeof value === 'string' && key !== '_csrf' ? [[key, value.replaceAll('\r\n', '\n')] as const] : []
  )
  return Object.fromEntries(texts)
}

const TYPED = ['because', 'user', 'errorCode', 'text']

/** The parts that a person typed. */
export function typedTexts(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    (TYPED.includes(key) || key.startsWith('override_')) && value.trim() ? [value] : []
  )
}

/** Keeps the text for after the sign-in. False when it cannot: no such form, or too long for a cookie. */
export function keepDraft({ draft }: FastifyRequest, path: string, fields: Fields): boolean {
  if (!FORMS.test(path)) return false
  const typed = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== 'hash' && key !== 'on'))
  if (Buffer.byteLength(JSON.stringify(typed)) > MAX_DRAFT) return false
  draft.set('path', path)
  draft.set('fields', typed)
  return true
}

/** Where the kept text belongs, or null. */
export function draftPath({ draft }: FastifyRequest): string | null {
  return draft.get('path') ?? null
}

/** The kept text of this form. */
export function draftOf(request: FastifyRequest, path: string): Fields {
  return draftPath(request) === path ? fieldsOf(request.draft.get('fields')) : {}
}

/** Forgets the text once it has been sent. */
export function dropDraft(request: FastifyRequest, path: string): void {
  if (draftPath(request) === path) request.draft.delete()
}
