/**
 * Who a case is about. Okta's user object names the person; an event only claims a name, and can claim another person's.
 * Pages and tickets read names through `subjectOf`, whose two types keep the two apart. Pure.
 */
import type { Case } from './case.ts'
import { known, type OktaUser } from './evidence.ts'
import type { IntakeSource, ProvedSignIn, Subject } from './vocabulary.ts'

/** The person as Okta's user object names them. */
export interface OktaSubject {
  readonly source: 'okta'
  readonly id: string
  readonly login: string | null
  readonly name: string | null
}

/** The person as an event or report names them; Okta did not confirm it. */
export interface ClaimedSubject {
  readonly source: 'claim'
  readonly claimed: Subject
}

/** A person who signed in at the org a moment ago: the subject of their own report, and never somebody else's claim (DESIGN §8). */
export interface ProvedSubject {
  readonly id: string
  readonly login: string | null
  readonly signIn: ProvedSignIn
}

/** The person of a case: by Okta's user object when it was read, otherwise only a claim. */
export function subjectOf({ user, evidence }: Pick<Case, 'user' | 'evidence'>): OktaSubject | ClaimedSubject {
  const read = known(evidence?.user ?? UNREAD)
  const isPerson = read !== undefined && read.status !== 'MISSING' && (user.id === null || user.id === read.id)
  if (!isPerson) return { source: 'claim', claimed: user }
  return { source: 'okta', id: read.id, login: read.login, name: read.name }
}

/** Who reported a failure. */
export const REPORTERS: Readonly<Record<IntakeSource, string>> = {
  hook: 'Okta',
  log: 'Okta',
  report: 'the help desk',
  self: 'the user',
  ssf: 'another vendor'
}

/** How the person had signed in, as the id token has it (facts §11). */
export function signInWords({ amr, acr }: ProvedSignIn): string {
  const methods = amr.length > 0 ? amr.join(', ') : 'methods not named'
  return acr === null ? methods : `${methods}; level ${acr}`
}

const UNREAD = { state: 'unknown', at: '', because: 'not read yet', retryable: false } as const

/** The parts in which a claim names another person than Okta does. A part that one side lacks does not count. */
export function disagreements(
  claim: Subject,
  user: Pick<OktaUser, 'id' | 'login' | 'name'>
): readonly ('id' | 'login' | 'name')[] {
  const differ = (a: string | null, b: string | null) => a !== null && b !== null && a.toLowerCase() !== b.toLowerCase()
  return [
    ...(claim.id !== null && claim.id !== user.id ? (['id'] as const) : []),
    ...(differ(claim.login, user.login) ? (['login'] as const) : []),
    ...(namesDiffer(claim.name, user.name) ? (['name'] as const) : [])
  ]
}

/** True when two names share no word: the order and middle names differ between Okta's own sources (a guess). */
function namesDiffer(a: string | null, b: string | null): boolean {
  const wordsOf = (name: string | null) =>
    new Set(
      name
        ?.normalize('NFKC')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? []
    )
  const [left, right] = [wordsOf(a), wordsOf(b)]
  return left.size > 0 && right.size > 0 && ![...left].some((word) => right.has(word))
}
