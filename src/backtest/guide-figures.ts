/** What became of the steps that went to users first, by channel, and the share of cases that needed no person. */
import { everyCase } from '../case/every-case.ts'
import { type Case, GUIDE_CHANNELS, type GuideChannel, guideChannel, isOpen, neededNobody } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
import type { Instant } from '../domain/vocabulary.ts'

/** Counts of cases. */
export interface ChannelFigures {
  readonly channel: GuideChannel
  readonly sent: number
  /** Known to have reached the user: they answered, enrolled, or read the steps on their own page. */
  readonly reached: number
  readonly answered: number
  readonly enrolled: number
  readonly escalated: number
}

export interface GuideFigures {
  readonly channels: readonly ChannelFigures[]
  /** Ended cases, and those of them without a ticket and without an act of a person. */
  readonly ended: number
  readonly withoutPerson: number
}

/** The newest ones of a longer period. */
const MOST_CASES = 5_000

export async function readGuideFigures(
  store: Pick<Store, 'listCases'>,
  { since, until }: { readonly since: Instant; readonly until: Instant }
): Promise<GuideFigures> {
  const cases: Case[] = []
  for await (const c of everyCase(store, { openedSince: since, openedBefore: until })) {
    if (c.storm === null) cases.push(c)
    if (cases.length >= MOST_CASES) break
  }
  return guideFigures(cases)
}

export function guideFigures(cases: readonly Case[]): GuideFigures {
  const ended = cases.filter((c) => !isOpen(c) && c.parentId === null)
  const guided = Map.groupBy(
    cases.filter(({ guide }) => guide),
    guideChannel
  )
  return {
    channels: GUIDE_CHANNELS.flatMap((channel) => {
      const own = guided.get(channel)
      return own ? figures(channel, own) : []
    }),
    ended: ended.length,
    withoutPerson: ended.filter(neededNobody).length
  }
}

function figures(channel: GuideChannel, cases: readonly Case[]): ChannelFigures {
  const count = (is: (c: Case) => boolean) => cases.filter(is).length
  const isEnrolled = ({ state }: Case) => state === 'resolved'
  const isSent = ({ mailed }: Case) => channel === 'page' || (mailed != null && mailed.result !== 'refused')
  return {
    channel,
    sent: count(isSent),
    reached: count((c) => channel === 'page' || Boolean(c.answer) || (isSent(c) && isEnrolled(c))),
    answered: count(({ answer }) => Boolean(answer)),
    enrolled: count(isEnrolled),
    escalated: count(({ guide }) => Boolean(guide?.endedBecause))
  }
}
