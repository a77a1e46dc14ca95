/** What a row of the causes table is, and small helpers to write one. The rows are in `causes*.ts`. Pure. */
import type { CauseId, Confidence, KbOption } from '../vocabulary.ts'
import type { Facts } from './facts.ts'

/** Something that points to a cause, and the sentence it adds to the explanation. */
export interface Sign {
  readonly holds: (facts: Facts) => boolean
  readonly says: (facts: Facts) => string
  /** How surely it points to the cause; null for a sign that only supports what another one shows. */
  readonly points: Confidence | null
}

export interface Cause {
  readonly id: CauseId
  /** One sentence for people. */
  readonly title: string
  readonly signs: readonly Sign[]
  /** The article's option, or null when the article says nothing. */
  readonly kbOption: KbOption | null
  /** Row of facts §6.2. */
  readonly facts: string
}

/** A sign that says the same sentence always. */
export function sign(points: Confidence | null, holds: Sign['holds'], sentence: string): Sign {
  return { points, holds, says: () => sentence }
}

export const isActive = (facts: Facts) => facts.userStatus === 'ACTIVE'
