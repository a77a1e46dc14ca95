/** Private keys of service apps, as settings hold them. */
import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Okta's floor for RSA keys of service apps, in bits (facts §7). */
const MIN_RSA_BITS = 2048

export type ParsedKey = { ok: true; text: string; kid: string | null } | { ok: false; fault: string }

/** JWK or PEM, `setting` is where it came from; RSA only: the SDK signs DPoP proofs with RS256 whatever the key is (facts §8 finding 6). */
export function parseKey(given: string, setting: string): ParsedKey {
  const isJson = given.startsWith('{')
  // Environment files often hold a PEM on one line, with \n written out.
  const text = isJson || given.includes('\n') ? given : given.replaceAll('\\n', '\n')
  if (!isJson && !text.includes('-----BEGIN')) {
    return refused(`is neither a JWK (JSON) nor a PEM. If it is a path, set ${setting}_FILE to it instead.`)
  }
  if (text.includes('ENCRYPTED')) return refused('is encrypted. Give the key without a passphrase.')
  const jwk = isJson ? parseJwk(text) : null
  if (isJson && jwk === null) return refused('is not valid JSON. Copy the whole JWK, from { to }.')
  if (jwk && 'keys' in jwk) return refused('is a key set. Give the one private key in it.')
  if (jwk && !('d' in jwk)) return refused('is a public key. Give the private one; its JSON has a member "d".')
  if (/-----BEGIN (RSA )?PUBLIC KEY/.test(text)) return refused('is a public key. Give the private one.')
  let key: KeyObject
  try {
    key = jwk ? createPrivateKey({ key: jwk, format: 'jwk' }) : createPrivateKey(text)
  } catch {
    return refused('cannot be read as a private key. Copy it again, whole and unchanged.')
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return refused(`is a key of type ${key.asymmetricKeyType}, which the Okta SDK cannot use. Make an RSA key.`)
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    return refused(`has fewer than ${MIN_RSA_BITS} bits. Make a longer RSA key.`)
  }
  return { ok: true, text, kid: typeof jwk?.kid === 'string' && jwk.kid !== '' ? jwk.kid : null }
}

function refused(fault: string): ParsedKey {
  return { ok: false, fault }
}

function parseJwk(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
