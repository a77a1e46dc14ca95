/** Reads the evidence about one user: in parallel where Okta allows, six calls for a usual case without a repair (facts §3.1, §3.3). */
import {
  EVIDENCE_SOURCES,
  type Evidence,
  type EvidenceSource,
  type EvidenceValues,
  type Item
} from '../../domain/evidence.ts'
import type { OktaReader } from '../../domain/okta.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { OktaClient } from '../client/client.ts'
import { createBatchedReads } from './batched-reads.ts'
import { readDeviceUsers, readHistory, suspectsOf } from './devices.ts'
import { createAsker, itemOf, type ReadResult } from './read-result.ts'
import { lookUp, type ReadRequest, readLists, type UserRead } from './user.ts'

export interface ReaderOptions {
  readonly clock: Clock
  /** Sources the org says it does not have: never called, and `absent` in the evidence (facts §6.1). */
  readonly absentSources: readonly EvidenceSource[]
  /** Sources that no list of the policy needs: never called either. */
  readonly unusedSources?: readonly EvidenceSource[]
  /** How long what was read for several cases may be looked at: one evidence window. */
  readonly windowMs?: number
}

const WINDOW_MS = 2 * MINUTE_MS

/** A whole read may take this many times one call's time-out; the worker's lease counts on it. */
const CALLS_IN_A_ROW = 3
/** Okta's user ids. Anything else is taken for a login, and its id looked up first: a login fits no log filter. */
const USER_ID = /^00u[A-Za-z0-9]{17}$/

/** A reader that goes through the client. */
export function createReader(client: OktaClient, options: ReaderOptions): OktaReader {
  const { clock, unusedSources = [], windowMs = WINDOW_MS } = options
  const absentSources = [...options.absentSources, ...unusedSources]
  const shared = createBatchedReads(client, { clock, windowMs, patienceMs: CALLS_IN_A_ROW * client.requestTimeoutMs })
  return {
    async evidence(ask) {
      const timeout = AbortSignal.timeout(CALLS_IN_A_ROW * client.requestTimeoutMs)
      const signal = ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout
      const wanted = (ask.sources ?? EVIDENCE_SOURCES).filter((source) => !absentSources.includes(source))
      const wants = (source: EvidenceSource) => wanted.includes(source)
      const has = (source: EvidenceSource) => !absentSources.includes(source)
      const isFresh = ask.mode === 'fresh'
      const request: ReadRequest = {
        ask,
        asker: createAsker(client, clock, signal, isFresh ? 'acting' : 'correlating'),
        clock,
        shared: isFresh ? null : shared,
        isMinimal: ask.mode === 'minimal',
        signal,
        wants,
        has
      }
      return {
        ...unread(clock(), options.absentSources, unusedSources),
        ...(wanted.length > 0 ? await readWanted(request) : {})
      }
    }
  }
}

type Items = { readonly [S in EvidenceSource]?: Item<EvidenceValues[S]> }
type Answers = { readonly [S in EvidenceSource]: ReadResult<EvidenceValues[S]> | null }

async function readWanted(request: ReadRequest): Promise<Items> {
  const { userId } = request.ask
  const isId = USER_ID.test(userId)
  const isNeeded = !isId || request.wants('user') || request.wants('blocks')
  const user = isNeeded ? lookUp(request) : Promise.resolve(request.asker.unknown('not asked'))
  if (isId) return itemsOf(request, await readSources(request, userId, user))
  const found = await user
  if (!found.ok) return unidentified(request, found)
  const id = found.value.user.status === 'MISSING' ? null : found.value.user.id
  return itemsOf(request, await readSources(request, id, user))
}

/** `userId` is null when the login is nobody's: then there is nothing to call about. */
async function readSources(request: ReadRequest, userId: string | null, user: Promise<UserRead>): Promise<Answers> {
  const lists = readLists(request, userId, user)
  const suspects = lists.devices.then((devices) => suspectsOf(request.ask.suspectDeviceIds, devices))
  const [found, blocks, devices, deviceUsers, factors, enrollments, roles, risk, groups, history] = await Promise.all([
    user,
    lists.blocks,
    lists.devices,
    suspects.then((ids) => readDeviceUsers(request, ids, lists.devices)),
    lists.factors,
    lists.enrollments,
    lists.roles,
    lists.risk,
    lists.groups,
    suspects.then((ids) => readHistory(request, userId, ids))
  ])
  const person = found.ok ? { ...found, value: found.value.user } : found
  return {
    user: person,
    blocks,
    devices,
    device_users: deviceUsers,
    factors,
    enrollments,
    roles,
    risk,
    groups,
    history
  }
}

/** Items of what was asked; the user and the devices may have been read for another source's sake alone. */
function itemsOf({ wants }: ReadRequest, answers: Answers): Items {
  const items: [EvidenceSource, Item<unknown>][] = []
  for (const source of EVIDENCE_SOURCES.filter(wants)) {
    const answered: ReadResult<unknown> | null = answers[source]
    if (answered) items.push([source, itemOf(answered)])
  }
  return Object.fromEntries(items) as Items
}

/** Without the user's id nothing else can be asked: every source is unknown, for the same reason. */
function unidentified({ wants }: ReadRequest, failed: UserRead & { readonly ok: false }): Items {
  return Object.fromEntries(EVIDENCE_SOURCES.filter(wants).map((source) => [source, itemOf<never>(failed)]))
}

function unread(at: Instant, absentSources: readonly EvidenceSource[], unusedSources: readonly EvidenceSource[]) {
  const absent = { state: 'absent', at, because: 'the policy says that this org has no such source' } as const
  const unused = { state: 'absent', at, because: 'no list of the policy needs it', unused: true } as const
  const notAsked = { state: 'unknown', at, because: 'not asked', retryable: false } as const
  return Object.fromEntries(
    EVIDENCE_SOURCES.map((source) => {
      if (absentSources.includes(source)) return [source, absent]
      return [source, unusedSources.includes(source) ? unused : notAsked]
    })
  ) as unknown as Evidence
}
