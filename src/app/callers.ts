/** Connects the verification of callers with Okta and with mail to managers. */
import type { VerifyParts } from '../case/context.ts'
import type { MailSettings } from '../config/settings/mail.ts'
import type { Clock } from '../domain/vocabulary.ts'
import type { OktaClient } from '../okta/client/client.ts'
import type { UserDirectory } from '../okta/org.ts'
import { createChallenges } from '../okta/writes.ts'
import { mailManager } from '../ticket/mail/manager-question.ts'

interface Parts {
  readonly writer: OktaClient
  readonly reader: OktaClient
  readonly users: UserDirectory
  readonly mail: MailSettings | undefined
  readonly policy: VerifyParts['policy']
  readonly clock: Clock
}

export function verifyParts({ writer, reader, users, mail, policy, clock }: Parts): VerifyParts {
  return {
    okta: createChallenges(writer, reader),
    policy,
    async askManager(ask) {
      if (!mail) return 'No mail server is set (REENROLL_SMTP_URL).'
      const { domainOf, openPost } = await import('../ticket/mail/smtp.ts')
      const sender = { post: openPost(mail, clock), domain: domainOf(mail.from) }
      return mailManager(ask, { find: (id) => users.find(id), ...sender })
    }
  }
}
