/** The figures of a population: who was helped, who was harmed, and what it cost. */
import { AT_THE_DOOR, CLASSES, ORDINARY } from './classes.ts'
import { type Played, type PlayOptions, playPopulation, type Verdict } from './population.ts'

/** What the simulated org calls the writes. */
const WRITES: Readonly<Record<string, string>> = {
  resend_activation: 'reactivate',
  remove_orphaned_enrollment: 'unenroll_factor',
  unsuspend_user: 'unsuspend'
}

const isRightWrite = (right: string | null, action: string) => right !== null && action === (WRITES[right] ?? right)
export const isHelped = ({ right, writes }: Verdict) => writes.some((action) => isRightWrite(right, action))
/** Nobody approves anything here, so every write was automatic. */
export const unsafeWrites = ({ right, writes }: Verdict) => writes.filter((action) => !isRightWrite(right, action))
export const isWronglyClosed = ({ cases, isEnrolled }: Verdict) =>
  !isEnrolled && cases.some((c) => c.state === 'resolved')

/** The case ended well, and nobody got anything to do. */
const endedAlone = ({ cases, isEnrolled }: Verdict) =>
  isEnrolled && cases.length > 0 && cases.every((c) => c.state === 'resolved' && c.ticket === null)

/** A message to somebody who must not get one, or with the steps of another cause. */
const isWrongMessage = ({ classId, cases, right: write, sawSteps }: Verdict) => {
  const right = [...CLASSES, ...AT_THE_DOOR].find(({ id }) => id === classId)?.steps ?? []
  if (sawSteps && right.length === 0 && write === null) return true
  return cases.some((c) => c.mailed && !(c.cause && right.includes(c.cause.id)))
}

export interface Figures {
  readonly yield: number
  /** Of people who are themselves: their case ended by their enrollment, and no ticket or proposal was ever made. */
  readonly withoutPerson: number
  readonly unsafeWrites: number
  readonly wrongClosings: number
  readonly messages: number
  readonly wrongMessages: number
  readonly platformRecognised: number
  readonly callsPerPerson: number
}

/** Plays the seeds one after the other. */
export async function playSeeds(
  people: number,
  firstSeed: number,
  seeds: number,
  options: PlayOptions = {}
): Promise<readonly Played[]> {
  const runs: Played[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) runs.push(await playPopulation(people, seed, options))
  return runs
}

export function figuresOf(runs: readonly Played[]): Figures {
  const verdicts = runs.flatMap((run) => run.verdicts)
  const entitled = verdicts.filter(({ right }) => right !== null)
  const genuine = verdicts.filter(({ classId }) => ORDINARY.some(({ id }) => id === classId))
  const share = (part: readonly unknown[], whole: readonly unknown[]) =>
    whole.length === 0 ? 1 : part.length / whole.length
  return {
    yield: share(entitled.filter(isHelped), entitled),
    withoutPerson: share(genuine.filter(endedAlone), genuine),
    unsafeWrites: verdicts.flatMap(unsafeWrites).length,
    wrongClosings: verdicts.filter(isWronglyClosed).length,
    messages: verdicts.filter(({ cases }) => cases.some(({ mailed }) => mailed)).length,
    wrongMessages: verdicts.filter(isWrongMessage).length,
    platformRecognised: share(
      verdicts.filter(({ isPlatformKnown }) => isPlatformKnown),
      verdicts
    ),
    callsPerPerson: callsByPath(runs).reduce((sum, [, count]) => sum + count, 0) / verdicts.length
  }
}

/** Calls of all runs, most frequent first. */
export function callsByPath(runs: readonly Played[]): readonly (readonly [string, number])[] {
  const all = Map.groupBy(
    runs.flatMap(({ calls }) => [...calls]),
    ([call]) => call
  )
  const sums = [...all].map(([call, counts]) => [call, counts.reduce((sum, [, count]) => sum + count, 0)] as const)
  return sums.sort(([, a], [, b]) => b - a)
}
