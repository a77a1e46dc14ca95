/** Okta's refusals: status, error code and the summary Okta gives with it (facts §3, appendix A). */

/** What every error body carries. Callers should branch on the code alone. */
export interface OktaErrorBody {
  errorCode: string
  errorSummary: string
  errorLink: string
  errorId: string
  errorCauses: { errorSummary: string }[]
}

/** A refusal, thrown by whatever finds the fault and turned into an answer by the server. */
export class SimError extends Error {
  readonly status: number
  readonly errorCode: string
  readonly causes: readonly string[]

  constructor(status: number, errorCode: string, summary: string, causes: readonly string[] = []) {
    super(summary)
    this.status = status
    this.errorCode = errorCode
    this.causes = causes
  }
}

/** 400: a value is wrong, or the state does not allow the call and Okta says so this way. */
export function validationFailed(what: string, ...causes: string[]): SimError {
  return new SimError(400, 'E0000001', `Api validation failed: ${what}`, causes)
}

/** 404. The text after "Not found:" is assumed (facts appendix A). */
export function objectNotFound(id: string, kind: string): SimError {
  return new SimError(404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`)
}

/** 403: no scope, or no admin role, for the call. */
export function accessDenied(cause?: string): SimError {
  const summary = 'You do not have permission to perform the requested action'
  return new SimError(403, 'E0000006', summary, cause ? [cause] : [])
}

/** 401: no token, or one the org does not know. */
export function invalidToken(): SimError {
  return new SimError(401, 'E0000011', 'Invalid token provided')
}

/** 403: the user's status does not allow the call. */
export function notInThisStatus(): SimError {
  return new SimError(403, 'E0000038', "This operation is not allowed in the user's current status.")
}

/** 403: the device's status does not allow the call. */
export function wrongTransition(from: string, action: string): SimError {
  return new SimError(403, 'E0000107', `The resource cannot ${action} from status ${from}`)
}

/** 429: a bucket is empty. */
export function tooManyRequests(): SimError {
  return new SimError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.')
}

/** 403: the code is wrong. Status and text of both are in Okta's list of errors. */
export function invalidPasscode(): SimError {
  return new SimError(403, 'E0000068', 'Invalid Passcode/Answer')
}

/** 429: an SMS was sent to this factor less than 30 seconds ago. */
export function smsTooSoon(): SimError {
  const summary = 'An SMS message was recently sent. Please wait 30 seconds before trying again.'
  return new SimError(429, 'E0000109', summary)
}

/** The refusal Okta would give with this status; for faults on demand. */
export function errorForStatus(status: number, errorCode?: string): SimError {
  const usual = [
    new SimError(400, 'E0000001', 'Api validation failed'),
    invalidToken(),
    accessDenied(),
    new SimError(404, 'E0000007', 'Not found: Resource not found'),
    tooManyRequests()
  ].find((refusal) => refusal.status === status)
  const { errorCode: code, message } = usual ?? new SimError(500, 'E0000009', 'Internal Server Error')
  return new SimError(status, errorCode ?? code, message)
}

/** The body Okta sends with a refusal. */
export function oktaErrorBody(error: SimError, errorId: string): OktaErrorBody {
  return {
    errorCode: error.errorCode,
    errorSummary: error.message,
    errorLink: error.errorCode,
    errorId,
    errorCauses: error.causes.map((errorSummary) => ({ errorSummary }))
  }
}
