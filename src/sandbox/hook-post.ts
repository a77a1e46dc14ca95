/** One HTTP POST the way Okta's hook service makes it, and what came of it. */

/** `status` is null when nobody answered in time, or at all. */
export interface PostAnswer {
  readonly status: number | null
  readonly trouble: 'timeout' | 'unreachable' | null
}

/** Posts the body as it is. Redirects are not followed (facts §1.3). Never throws. */
export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number
): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      // Bytes, so that no content type is added that the caller did not ask for.
      body: new Uint8Array(typeof body === 'string' ? Buffer.from(body, 'utf8') : body),
      headers: { ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs)
    })
    await response.arrayBuffer()
    return { status: response.status, trouble: null }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { status: null, trouble: timedOut ? 'timeout' : 'unreachable' }
  }
}

/** 200 and 204 are success; Okta documents no other (facts §1.4). */
export function accepted(answer: PostAnswer): boolean {
  return answer.status === 200 || answer.status === 204
}

/** Timeouts and 5xx are tried once more, 4xx never (facts §1.4). A refused connection counts as an error response. */
export function worthRetrying(answer: PostAnswer): boolean {
  return answer.status === null || answer.status >= 500
}
