/** The question to a user's manager whether the user is calling: the weakest way to verify a caller. */
import { isPlainAddress } from '../../decide/contact.ts'
import type { OktaUser } from '../../domain/evidence.ts'
import type { ManagerQuestion } from '../../domain/verification.ts'
import { oneLine, paragraph } from '../format/document.ts'
import { type MailMessage, mailOf } from './message.ts'
import type { Post } from './smtp.ts'

export interface ManagerMail {
  readonly find: (idOrLogin: string) => Promise<OktaUser | 'nobody' | null>
  readonly post: Pick<Post, 'send'>
  /** Of the sender's address. */
  readonly domain: string
}

/** Mails the code; returns why it was not sent, or null. The manager is whom Okta's profile of the user names. */
export async function mailManager(
  { id, caseId, user, code }: ManagerQuestion,
  { find, post, domain }: ManagerMail
): Promise<string | null> {
  const manager = user.managerId ? await find(user.managerId) : 'nobody'
  if (manager === null) return 'Okta cannot be asked for the manager now.'
  if (manager === 'nobody' || manager.status !== 'ACTIVE' || manager.id === user.id) {
    return 'The manager that Okta’s profile of the user names has no active account.'
  }
  if (!isPlainAddress(manager.email)) return 'The manager has no mail address that can be used.'
  const messageId = `${id.replaceAll('/', '.')}@${domain}`
  const posted = await post.send(manager.email, question(caseId, user, code), messageId)
  return posted.of === 'sent' || posted.of === 'perhaps_sent' ? null : `The mail was not sent: ${posted.because}`
}

function question(caseId: string, { name, login }: OktaUser, code: string): MailMessage {
  const who = oneLine([name, login && `(${login})`].filter(Boolean).join(' '), 160)
  const body = [
    'Hello,',
    `Somebody who says to be ${who} is calling the service desk because Okta Verify does not work.`,
    `If you know that this is your colleague, read this code to the service desk when it calls you: ${code}`,
    'If you do not know it, do nothing, and give the code to nobody, not even to your colleague.',
    'If somebody else may be calling, inform Security.',
    `The code is valid for 15 minutes. Reference: ${caseId}`
  ].map((sentence) => paragraph(sentence))
  return mailOf({ subject: `Is your colleague calling the service desk? [${caseId}]`, language: 'en', body })
}
