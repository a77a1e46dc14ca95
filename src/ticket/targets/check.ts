/** One made-up case through a real target, call by call, for an owner with a scratch project. It leaves one closed ticket. */
import type { Clock } from '../../domain/vocabulary.ts'
import { bullets, code, heading, line, paragraph } from '../format/document.ts'
import { domainOf, type Post } from '../mail/smtp.ts'
import { noteOf } from '../outbox/snapshot.ts'
import type { Snapshot, Target } from './target.ts'

export interface Tried {
  readonly call: string
  /** What went wrong, or null. */
  readonly fault: string | null
  readonly saw: string
}

/** Goes on after a fault only where that makes sense. `id` must be new for every run. */
export async function tryTarget(target: Target, id: string, clock: Clock): Promise<readonly Tried[]> {
  const tried: Tried[] = []
  async function call<T>(name: string, work: () => Promise<T>, see: (value: T) => string): Promise<T | null> {
    try {
      const value = await work()
      tried.push({ call: name, fault: null, saw: see(value) })
      return value
    } catch (error) {
      tried.push({ call: name, fault: error instanceof Error ? error.message : String(error), saw: '' })
      return null
    }
  }
  const startedAt = clock()
  const first = made(id, startedAt, 1, 'The first text.')
  const second = made(id, startedAt, 2, 'The second text, after an update.')
  await call(
    'check',
    () => target.check(),
    (found) => found.join(' ') || 'nothing is wrong'
  )
  const ticket = await call(
    'create',
    () => target.ensure(first, null),
    (it) => it?.ref.url ?? 'nothing'
  )
  if (!ticket) return tried
  const { ref } = ticket
  await call(
    'update',
    () => target.ensure(second, ref),
    (it) => (it ? `it is ${it.state}` : 'it is gone')
  )
  if (target.can.notes)
    await call(
      'note',
      () => target.note(ref, noteOf(second, 'News:', false)),
      () => 'said'
    )
  await call(
    'note again',
    () => target.note(ref, noteOf(second, 'News:', true)),
    () => 'said once only'
  )
  const closing = made(id, startedAt, 3, 'The last text.')
  await call(
    'resolve',
    () => target.resolve(ref, closing, noteOf(closing, 'Resolved: a live check ends here.', false)),
    String
  )
  await call(
    'look up',
    () => target.recover(id, startedAt),
    (it) => it?.ref.key ?? 'not found; search may lag behind'
  )
  await call(
    'read closings',
    () => target.readSince(startedAt),
    (all) => `${all.length} found`
  )
  return tried
}

/** The mail server asked, and one letter sent. */
export async function tryPost(post: Post, to: string, id: string): Promise<readonly Tried[]> {
  const faults = await post.check()
  const checked = { call: 'check', fault: faults[0] ?? null, saw: faults.length > 0 ? '' : 'nothing is wrong' }
  const words = 'This letter was sent by `reenroll tickets try mail`. There is nothing to do.'
  const letter = { subject: `Reenroll live check [${id}]`, text: `${words}\n`, html: `<p>${words}</p>\n` }
  const posted = await post.send(to, letter, `${id}.reenroll@${domainOf(to)}`)
  const fault = posted.of === 'sent' ? null : posted.because
  return [checked, { call: 'send', fault, saw: fault === null ? 'the server took it' : '' }]
}

function made(id: string, openedAt: string, story: number, text: string): Snapshot {
  return {
    caseId: id,
    title: 'Reenroll live check: please ignore',
    body: [
      heading('What happened'),
      paragraph(line`Nothing: this ticket was made by ${code('reenroll tickets try')}.`),
      ...bullets([text])
    ],
    labels: ['reenroll', `case:${id}`, 'cause:unknown', 'severity:low'],
    severity: 'low',
    story,
    caseUrl: 'https://example.com/reenroll-live-check',
    openedAt,
    news: [line`${text}`],
    taken: false,
    proposal: null
  }
}
