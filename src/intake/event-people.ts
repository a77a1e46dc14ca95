/** Whom an event is about and who acted (facts §2.4 item 6). Pure. */
import type { EventFacts, Subject } from '../vocabulary.ts'
import { type Fields, fields, items, said } from './narrow.ts'

export interface People {
  readonly subject: Subject
  readonly actor: EventFacts['actor']
}

/** The subject is the first target of type `User`, wherever it stands in the list; else an acting user; else nobody. */
export function peopleOf(event: Fields): People {
  const actor = fields(event.actor)
  const target = items(event.target)
    .map(fields)
    .find((candidate) => candidate.type === 'User' && isNamed(candidate))
  const person = target ?? (actor.type === 'User' ? actor : {})
  return {
    subject: { id: said(person.id), login: said(person.alternateId), name: said(person.displayName) },
    actor: { id: said(actor.id), type: said(actor.type), login: said(actor.alternateId) }
  }
}

function isNamed(person: Fields): boolean {
  return said(person.id) !== null || said(person.alternateId) !== null
}

/**
 * Somebody other than the subject acted: an admin, or a service app. Okta itself (`SystemPrincipal`) is nobody else. When
 * both are named in ways that cannot be compared, they count as two.
 */
export function actsForAnother({ subject, actor }: People): boolean {
  if (actor.type === 'SystemPrincipal') return false
  if (actor.id !== null && subject.id !== null) return actor.id !== subject.id
  const bothNamed = (actor.id ?? actor.login) !== null && (subject.id ?? subject.login) !== null
  return bothNamed && actor.login?.toLowerCase() !== subject.login?.toLowerCase()
}
