/** One made-up case through a real target, call by call, for an owner with a scratch project. It leaves one closed ticket. */
import type { Clock } from '../../domain/vocabulary.ts'
import { bullets, code, heading, line, paragraph } from '../format/document.ts'
import { domainOf, type Post } from '../mail/smtp.ts'
import { noteOf } from '../outbox/snapshot.ts'
import type { Ref, Resolution, Target, TicketSnapshot } from './target.ts'

export interface TrialCall {
  readonly call: string
  /** What went wrong, or null. */
  readonly error: string | null
  readonly saw: string
}

/** Continues after an error only where that makes sense. `id` must be new for every run. */
export async function tryTarget(target: Target, id: string, clock: Clock): Promise<readonly TrialCall[]> {
  const tried: TrialCall[] = []
  /** False when it failed. */
  async function call(name: string, work: () => Promise<string>): Promise<boolean> {
    try {
      tried.push({ call: name, error: null, saw: await work() })
      return true
    } catch (error) {
      tried.push({ call: name, error: error instanceof Error ? error.message : String(error), saw: '' })
      return false
    }
  }
  const startedAt = clock()
  const first = made(id, startedAt, 1, 'The first text.')
  const second = made(id, startedAt, 2, 'The second text, after an update.')
  const closing = made(id, startedAt, 3, 'The last text.')
  const end = noteOf(closing, 'Resolved: a live check ends here.', false)
  const noted = (possiblySent: boolean) => target.note(ref, noteOf(second, 'News:', possiblySent))
  const fail = (what: string): never => {
    throw new Error(what)
  }
  let ref: Ref = { key: '', url: '' }
  await call('check', async () => {
    const { faults } = await target.check()
    return faults.length > 0 ? fail(faults.join(' ')) : 'nothing is wrong'
  })
  const isMade = await call('create', async () => {
    ref = (await target.ensure(first, null)).ref
    return ref.url
  })
  if (!isMade) return tried
  await call('update', async () => `it is ${(await target.ensure(second, ref)).state}`)
  if (target.can.notes) {
    await call('note', () => noted(false).then(() => 'added'))
    const isLost = `${target.name} took the note and does not show it. Give write and read access to notes.`
    await call('note again', async () => ((await noted(true)) ? fail(isLost) : 'added once only'))
  }
  let how: Resolution = 'left_open'
  await call('resolve', async () => {
    how = await target.resolve(ref, closing, end)
    return how
  })
  const isOpen = `${target.name} resolved the ticket and shows it as open. Give write access to its state.`
  if (target.can.closings && how !== 'left_open')
    await call('see it closed', async () => (await target.readOne(ref.key))?.how ?? fail(isOpen))
  await call(
    'look up',
    async () => (await target.recover(first, startedAt))?.ref.key ?? 'not found; search may lag behind'
  )
  await call('read closings', async () => `${(await target.readSince(startedAt)).length} found`)
  return tried
}

/** The mail server asked, and one message sent. */
export async function tryPost(post: Post, to: string, id: string): Promise<readonly TrialCall[]> {
  const errors = await post.check()
  const checked = { call: 'check', error: errors[0] ?? null, saw: errors.length > 0 ? '' : 'nothing is wrong' }
  const words = 'This message was sent by `reenroll tickets try mail`. There is nothing to do.'
  const message = { subject: `Reenroll live check [${id}]`, text: `${words}\n`, html: `<p>${words}</p>\n` }
  const posted = await post.send(to, message, `${id}.reenroll@${domainOf(to)}`)
  const error = posted.of === 'sent' ? null : posted.because
  return [checked, { call: 'send', error, saw: error === null ? 'the server took it' : '' }]
}

function made(id: string, openedAt: string, story: number, text: string): TicketSnapshot {
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
    newEntries: [line`${text}`],
    ...{ set: {}, login: null, taken: false },
    proposal: null
  }
}
