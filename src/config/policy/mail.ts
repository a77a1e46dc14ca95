import type { CauseId } from '../../domain/vocabulary.ts'

export interface MailPolicy {
  /** Causes whose steps are mailed to the user; none: nothing is mailed. */
  readonly causes: readonly CauseId[]
  readonly subject: string
  readonly greeting: string
  /** Last words, above the reference number. */
  readonly closing: string
  /** Own words, in another language for example, instead of the built-in steps. */
  readonly steps: Readonly<Partial<Record<CauseId, MailSteps>>>
}

export interface MailSteps {
  readonly opening: string
  readonly steps: readonly string[]
}

export const DEFAULT_MAIL: MailPolicy = {
  causes: [],
  subject: 'Setting up Okta Verify',
  greeting: 'Hello,',
  closing:
    'If this was not you, or if you need help, tell your service desk and give the reference below. We never ask for a password or a code by mail.',
  steps: {}
}

/** The outbox's name for the mail server; no ticket target may have it. */
export const MAIL_TARGET = 'mail'

/** What is on record about the mail of a case. `perhaps_sent`: the connection broke after the server had it. */
export type MailResult = 'sent' | 'perhaps_sent' | 'refused'
