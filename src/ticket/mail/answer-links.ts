/**
 * The links in messages to users: they name the case, end, and are signed, so that nobody can make one or change one. They
 * carry no session; that a link is used once is kept with the case (`Case.answer`).
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { DAY_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'

/** Longer than any case waits for its user. */
const VALID_MS = 7 * DAY_MS

export interface AnswerLinks {
  /** The address for this case, valid from now on. */
  urlFor(caseId: string, now: Instant): string
  /** The case of a token, when it is genuine and not too old. */
  caseOf(token: string, now: Instant): string | null
}

/** `key`: 32 secret bytes for this purpose alone. */
export function createAnswerLinks(publicUrl: string, key: Buffer): AnswerLinks {
  /** 128 bits; guesses are limited per address besides. */
  const signatureOf = (caseId: string, ends: string) =>
    createHmac('sha256', key).update(`answer ${caseId} ${ends}`).digest().subarray(0, 16)
  return {
    urlFor(caseId, now) {
      const ends = Math.floor((Date.parse(now) + VALID_MS) / 1000).toString(36)
      return `${publicUrl}/answer/${caseId}.${ends}.${signatureOf(caseId, ends).toString('base64url')}`
    },
    caseOf(token, now) {
      const [, caseId, ends, signature] = /^(RE-[0-9A-Z]{1,20})\.([0-9a-z]{6,8})\.([\w-]{22})$/.exec(token) ?? []
      if (!caseId || !ends || !signature) return null
      const given = Buffer.from(signature, 'base64url')
      // Base64 has several texts for the same bytes; only the one that was sent counts.
      const isGenuine = given.length === 16 && given.toString('base64url') === signature
      if (!isGenuine || !timingSafeEqual(given, signatureOf(caseId, ends))) return null
      return Number.parseInt(ends, 36) * 1000 > Date.parse(now) ? caseId : null
    }
  }
}
