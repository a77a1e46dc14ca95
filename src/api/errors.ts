/** The one error format of the API: `{"error": {"code", "message"}}`, never a stack trace. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { StoreUnavailable } from '../domain/store.ts'
import { errorBody } from '../intake/hook/errors.ts'

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly changes?: readonly string[] }
}

/** Thrown by handlers to respond with this status. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  /** For a stale proposal: what changed since the person looked. */
  readonly changes: readonly string[]

  constructor(status: number, code: string, message: string, changes: readonly string[] = []) {
    super(message)
    this.status = status
    this.code = code
    this.changes = changes
  }
}

/** 400 with this message. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'bad_request', message)
}

/** Codes for what Fastify itself rejects, such as a body that is not JSON. */
const CODES: Readonly<Record<number, string>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'wrong_method',
  413: 'too_large',
  415: 'wrong_media_type',
  429: 'limited'
}

/** Fastify's error handler for the API. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiError) {
    const changes = error.status === 409 ? { changes: error.changes } : {}
    return reply.code(error.status).send({ error: { code: error.code, message: error.message, ...changes } })
  }
  if (error instanceof StoreUnavailable) {
    return reply
      .code(503)
      .header('retry-after', '1')
      .send(errorBody('store_unavailable', 'The store is unavailable; try again.'))
  }
  if (error.validation) return reply.code(400).send(errorBody('bad_request', sentence(error)))
  if (error.code?.startsWith('FST_CSRF_')) {
    const how = 'Send the CSRF token from GET /api/session in the `x-csrf-token` header.'
    return reply.code(403).send(errorBody('forged', how))
  }
  const status = error.statusCode ?? 500
  if (status < 500) return reply.code(status).send(errorBody(CODES[status] ?? 'bad_request', error.message))
  request.log.error({ err: error }, 'request failed')
  return reply.code(500).send(errorBody('internal', 'Internal error; see the log.'))
}

/** The first schema error, with the allowed values. */
function sentence(error: FastifyError): string {
  const found = error.validation?.[0]
  if (!found) return error.message
  const where = `${error.validationContext ?? 'request'}${found.instancePath.replaceAll('/', '.')}`
  const { allowedValues, additionalProperty } = found.params as { allowedValues?: unknown; additionalProperty?: string }
  if (additionalProperty) return `${where} has an unknown field \`${additionalProperty}\`.`
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : ''
  return `${where} ${found.message ?? 'is not valid'}${allowed}.`
}
