/** The bytes of a request as JSON. They are kept as they are; parsing never changes them. Pure. */

export type BodyRead =
  | { readonly ok: true; readonly raw: Uint8Array; readonly json: unknown }
  /** A sentence that names the fault and the fix. It quotes nothing: bodies hold personal data. */
  | { readonly ok: false; readonly fault: string }

/**
 * Strict UTF-8: replaced characters would change what is stored. `JSON.parse` makes `__proto__` an ordinary property of
 * its own, so such a key does no harm and must not turn an authentic delivery away.
 */
export function readBody(bytes: Uint8Array): BodyRead {
  if (bytes.length === 0) return { ok: false, fault: 'The body is empty. Send the envelope of an Okta event hook.' }
  const text = decode(bytes)
  if (text === null) return { ok: false, fault: 'The body is not valid UTF-8. Send JSON in UTF-8, not compressed.' }
  try {
    return { ok: true, raw: bytes.subarray(bytes[0] === BYTE_ORDER_MARK ? 3 : 0), json: JSON.parse(text) }
  } catch {
    return { ok: false, fault: 'The body is not valid JSON. Send the envelope of an Okta event hook.' }
  }
}

/** The first of the three bytes of a mark that may begin UTF-8, and no JSON. */
const BYTE_ORDER_MARK = 0xef

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}
