/** What a mail to the user makes of its case: a line of the story and of the ledger, without the address. Pure. */
import type { Instant } from '../vocabulary.ts'
import type { Case } from './case-file.ts'
import { type Change, change, withNews } from './changes.ts'

export type Mailed = NonNullable<Case['mailed']>['result']

const WORDS: Readonly<Record<Mailed, string>> = {
  sent: 'The steps were mailed to the user, at the address on file.',
  perhaps_sent:
    'The steps may have been mailed to the user: the connection to the mail server broke. They are not sent again.',
  refused: 'The mail server refused to take the steps for the user; send them another way.'
}

/** The case with the result, or null when it is on record already. */
export function mailed(c: Case, result: Mailed, now: Instant): Change | null {
  if (c.mailed?.result === result || c.mailed?.result === 'sent') return null
  const entry = { what: 'guidance', result }
  const line = { at: now, kind: 'mail' as const, caseId: c.id, by: 'reenroll', entry }
  const next = withNews({ ...c, mailed: { at: now, result } }, now)
  return change(next, now, WORDS[result], [line])
}
