/** Looks up the users, groups and actors that the policy names. */
import { nearestName } from '../../config/did-you-mean.ts'
import { groupsWithModes, type Policy } from '../../config/policy/policy.ts'
import { listOf, recordOf, textOf } from '../../domain/json.ts'
import { plus } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { OktaClient } from '../../okta/client/client.ts'
import { createLogFeed } from '../../okta/log-feed.ts'
import { createUserDirectory, type OktaOrg } from '../../okta/org.ts'
import type { ReferenceProbe } from './probes.ts'
import { findSuspenders, LOG_MS } from './scopes.ts'

interface Named extends Pick<ReferenceProbe, 'kind' | 'key' | 'name'> {}

/** Okta's ids of users. Other actors, such as apps and workflows, show in the System Log alone. */
const USER_ID = /^00u/
const ACTOR_ID = /^\w+$/

export interface ReferenceClients {
  readonly client: OktaClient
  /** Signs in with the scope that listing groups needs. */
  readonly forGroups: () => OktaClient
}

/** Each reference once, in the order of the policy. */
export async function probeReferences(
  { client, forGroups }: ReferenceClients,
  policy: Policy,
  clock: Clock
): Promise<readonly ReferenceProbe[]> {
  const named = namesIn(policy)
  const groups = named.some(({ kind }) => kind === 'group') ? await listGroups({ client: forGroups() }) : null
  const log = createLogFeed(client)
  const stateOf: Readonly<Record<Named['kind'], (name: string) => State | Promise<State>>> = {
    group: (name) => stateOfGroup(name, groups),
    user: (name) => stateOfUser(name, client),
    actor: (name) => stateOfActor(name, log, clock)
  }
  return Promise.all(named.map(async (each) => ({ ...each, ...(await stateOf[each.kind](each.name)) })))
}

function namesIn({ decide, tickets }: Policy): readonly Named[] {
  const { guards } = decide
  const named = (kind: Named['kind'], key: string, names: readonly string[]) =>
    [...new Set(names)].map((name) => ({ kind, key, name }))
  const key = 'guards.trustedActorIds'
  const [users = [], others = []] = [true, false].map((is) =>
    guards.trustedActorIds.filter((id) => USER_ID.test(id) === is)
  )
  return [
    ...named('user', 'guards.protectedUsers', guards.protectedUsers),
    ...named('user', key, users),
    ...named('actor', key, others),
    ...named('group', 'guards.protectedGroups', guards.protectedGroups),
    ...named('group', 'guards.neverRoutineGroups', guards.neverRoutineGroups),
    ...named('group', 'groupModes', groupsWithModes(decide)),
    ...named(
      'group',
      'tickets.routes',
      tickets.routes.flatMap(({ groups }) => groups ?? [])
    )
  ]
}

type State = Pick<ReferenceProbe, 'state' | 'nearest'>

const UNCHECKED: State = { state: 'unchecked', nearest: null }
/** Letters of a misspelt login that are taken to be right. */
const START = 3

async function stateOfUser(name: string, client: OktaClient): Promise<State> {
  const reply = await client.call({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin: name } })
  if (reply.ok) return { state: 'found', nearest: null }
  if (reply.error.kind !== 'missing') return UNCHECKED
  if (USER_ID.test(name)) return { state: 'missing', nearest: null }
  const alike = await createUserDirectory(client).startingWith(name.slice(0, START))
  return {
    state: 'missing',
    nearest: nearestName(
      name,
      alike.flatMap(({ login }) => login ?? [])
    )
  }
}

/** Whether the actor did anything in the time that Okta keeps. A name is not an id; the id of a name is looked up among those who suspend. */
async function stateOfActor(id: string, log: OktaOrg['log'], clock: Clock): Promise<State> {
  if (ACTOR_ID.test(id)) {
    const [since, until, filter] = [plus(clock(), -LOG_MS), clock(), `actor.id eq "${id}"`]
    const read = await log.read({ kind: 'window', since, until, filter, limit: 1 })
    if (!read.ok) return UNCHECKED
    if (read.page.entries.length > 0) return { state: 'found', nearest: null }
  }
  const actors = await findSuspenders({ log }, clock)
  const nearest = nearestName(
    id,
    actors.flatMap((actor) => [actor.id, actor.name])
  )
  const meant = actors.find((actor) => actor.id === nearest || actor.name === nearest)
  return { state: 'missing', nearest: meant ? `${meant.id} (${meant.name})` : null }
}

/** Groups are compared as G12 does: by id, or by name in any case. */
function stateOfGroup(name: string, groups: readonly Group[] | null): State {
  if (groups === null) return UNCHECKED
  const isIt = (group: Group) => group.id === name || group.name.toLowerCase() === name.toLowerCase()
  if (groups.some(isIt)) return { state: 'found', nearest: null }
  return {
    state: 'missing',
    nearest: nearestName(
      name,
      groups.map((group) => group.name)
    )
  }
}

interface Group {
  readonly id: string
  readonly name: string
}

/** The org's groups; null when they cannot be listed. One page holds up to 10,000 (Okta's "List all groups", `limit`). */
export async function listGroups({ client }: Pick<OktaOrg, 'client'>): Promise<readonly Group[] | null> {
  const reply = await client.call({ method: 'GET', pattern: '/api/v1/groups', query: { limit: '10000' } })
  if (!reply.ok) return null
  return listOf(reply.answer.body, (value) => {
    const { id, profile } = recordOf(value)
    const [groupId, name] = [textOf(id), textOf(recordOf(profile).name)]
    return groupId !== null && name !== null ? { id: groupId, name } : null
  })
}
