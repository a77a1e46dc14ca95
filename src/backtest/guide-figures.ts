/** What became of the steps that went to users first, by channel, and the share of cases that needed no person. */
import { GUIDE_CHANNELS, type GuidedCase } from '../domain/case.ts'
import type { Period, Store } from '../domain/store.ts'

export interface GuideFigures {
  /** Counts of cases. */
  readonly channels: readonly GuidedCase[]
  /** Ended cases, and those of them without a ticket and without an act of a person. */
  readonly ended: number
  readonly withoutPerson: number
}

/** Of the cases opened in the period; a storm's own case and those that it speaks for are left out of the share. */
export async function readGuideFigures(
  store: Pick<Store, 'guidedCases' | 'countCases'>,
  { since, until }: Period
): Promise<GuideFigures> {
  const ended = { states: ['resolved', 'closed'], folded: true, openedSince: since, openedBefore: until } as const
  const noTicket = { ...ended, facts: { ticket: null } }
  const [guided, all, storms, alone, byHand] = await Promise.all([
    store.guidedCases({ since, until }),
    store.countCases(ended),
    store.countCases({ ...ended, outcome: 'storm_over' }),
    store.countCases(noTicket),
    store.countCases({ ...noTicket, outcome: 'closed_by_person' })
  ])
  return { channels: byChannel(guided), ended: all - storms, withoutPerson: alone - byHand }
}

function byChannel(guided: Awaited<ReturnType<Store['guidedCases']>>): readonly GuidedCase[] {
  const counts = Map.groupBy(guided, ({ channel }) => channel)
  return GUIDE_CHANNELS.flatMap((channel) => {
    const own = counts.get(channel)
    if (!own) return []
    const sum = (key: Exclude<keyof GuidedCase, 'channel'>) => own.reduce((n, one) => n + one[key] * one.count, 0)
    return [
      {
        ...{ channel, sent: sum('sent'), reached: sum('reached'), answered: sum('answered') },
        ...{ enrolled: sum('enrolled'), escalated: sum('escalated') }
      }
    ]
  })
}
