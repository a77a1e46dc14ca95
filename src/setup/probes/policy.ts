/** Looks up the users and groups that the policy names. */
import { nearestName } from '../../config/did-you-mean.ts'
import { groupsWithModes, type Policy } from '../../config/policy/policy.ts'
import { listOf, recordOf, textOf } from '../../domain/json.ts'
import type { OktaOrg } from '../../okta/org.ts'
import type { ReferenceProbe } from './probes.ts'

interface Named extends Pick<ReferenceProbe, 'kind' | 'key' | 'name'> {}

/** Okta's ids of users; other actors, such as apps, need scopes that the service does not have. */
const USER_ID = /^00u/

/** Each reference once, in the order of the policy. */
export async function probeReferences(
  { client }: Pick<OktaOrg, 'client'>,
  policy: Policy
): Promise<readonly ReferenceProbe[]> {
  const named = namesIn(policy)
  const groups = named.some(({ kind }) => kind === 'group') ? await listGroups({ client }) : null
  return Promise.all(
    named.map(async (each) => ({
      ...each,
      ...(each.kind === 'group' ? stateOfGroup(each.name, groups) : await stateOfUser(each.name, client))
    }))
  )
}

function namesIn({ decide, tickets }: Policy): readonly Named[] {
  const { guards } = decide
  const named = (kind: Named['kind'], key: string, names: readonly string[]) =>
    [...new Set(names)].map((name) => ({ kind, key, name }))
  const actors = guards.trustedActorIds.filter((id) => USER_ID.test(id))
  return [
    ...named('user', 'guards.protectedUsers', guards.protectedUsers),
    ...named('user', 'trusted actor', actors),
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

async function stateOfUser(name: string, client: OktaOrg['client']): Promise<State> {
  const reply = await client.call({ method: 'GET', pattern: '/api/v1/users/{idOrLogin}', ids: { idOrLogin: name } })
  if (reply.ok) return { state: 'found', nearest: null }
  return { state: reply.error.kind === 'missing' ? 'missing' : 'unchecked', nearest: null }
}

/** Groups are compared as G12 does: by id, or by name in any case. */
function stateOfGroup(name: string, groups: readonly Group[] | null): State {
  if (groups === null) return { state: 'unchecked', nearest: null }
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
