/** Error responses of the hook; never a stack, never a part of the body. */
import type { HookOutcome } from '../../domain/telemetry-event.ts'

/** The body of every error response, on both listeners. */
export function errorBody(code: string, message: string) {
  return { error: { code, message } }
}

export interface HookError {
  readonly status: 400 | 413 | 415 | 503
  readonly outcome: Extract<HookOutcome, 'malformed' | 'too_large' | 'wrong_media_type' | 'store_unavailable'>
  readonly message: string
}

const MALFORMED: HookError = {
  status: 400,
  outcome: 'malformed',
  message: 'The request could not be read. Send the delivery whole, with its own content-length.'
}
const TOO_LARGE: HookError = {
  status: 413,
  outcome: 'too_large',
  message: 'The body is larger than 2 MiB. Okta sends smaller deliveries; check what sends this one.'
}
const WRONG_MEDIA_TYPE: HookError = {
  status: 415,
  outcome: 'wrong_media_type',
  message: 'The content type is not application/json. Send the delivery as Okta does, as application/json.'
}
/** The one answer that Okta tries again (facts §1.4), so also right for an internal error that was not foreseen. */
const UNAVAILABLE: HookError = {
  status: 503,
  outcome: 'store_unavailable',
  message: 'The delivery could not be stored. Send it again.'
}

/** The answer to an error that Fastify raises while it reads a request, or that storing a delivery ends with. */
export function hookErrorOf(error: unknown): HookError {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500
  if (status === 413) return TOO_LARGE
  if (status === 415) return WRONG_MEDIA_TYPE
  return typeof status === 'number' && status < 500 ? MALFORMED : UNAVAILABLE
}
