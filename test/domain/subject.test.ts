/** Whom a page or ticket may name: the compiler keeps what Okta says apart from what an event claims. */
import t from 'tap'
import { type OktaSubject, subjectOf } from '../../src/domain/subject.ts'
import { aCase } from '../store/build.ts'

/** Like every place that names a person as proved. */
const nameOf = ({ login }: OktaSubject) => login

t.test('a name that an event claims cannot be passed where Okta’s word is needed', async (t) => {
  const subject = subjectOf(aCase('dana', { user: { id: '00u1', login: 'bob@example.com', name: 'Bob Harmless' } }))
  t.equal(subject.source, 'claim', 'Okta was not asked')
  // @ts-expect-error the subject may be a claim
  nameOf(subject)
  // @ts-expect-error what an event claims has no source
  nameOf({ id: '00u1', login: 'bob@example.com', name: 'Bob Harmless' })
  if (subject.source === 'okta') nameOf(subject)
  else t.equal(subject.claimed.name, 'Bob Harmless')
})
