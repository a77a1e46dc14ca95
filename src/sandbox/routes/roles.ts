/** Admin roles of service apps: their assignments, the permissions of custom roles, and their resource sets. Reads only. */
import type { OAuthClient } from '../server/auth.ts'
import { type Call, ok, type SandboxRoute } from '../server/call.ts'
import { objectNotFound } from '../server/errors.ts'

/** An app without a list of roles has enough of them. */
function assignmentsOf({ roles = [{ role: 'SUPER_ADMIN' }] }: OAuthClient) {
  return roles.map(({ role, resources = [] }) =>
    typeof role === 'string'
      ? { type: role, permissions: [], resources }
      : { type: 'CUSTOM', permissions: role, resources }
  )
}

/** Shapes: `ListClientRoles` and `ListResourceSetResources` of Okta's Terraform provider, and its recording of permissions. */
export function roleRoutes(clients: readonly OAuthClient[]): readonly SandboxRoute[] {
  const all = () =>
    clients.flatMap((client) =>
      assignmentsOf(client).map((assignment, n) => ({
        ...assignment,
        clientId: client.clientId,
        key: `${client.clientId}${n}`
      }))
    )
  const find = ({ params: { id = '' } }: Call) => {
    const found = all().find(({ key }) => id.endsWith(key))
    if (!found) throw objectNotFound(id, 'Role')
    return found
  }
  const scope = 'okta.roles.read'
  return [
    {
      ...{ method: 'GET', path: '/oauth2/v1/clients/:clientId/roles', scope },
      run: ({ params: { clientId: id = '' } }) => {
        if (!clients.some(({ clientId }) => clientId === id)) throw objectNotFound(id, 'PublicClientApp')
        return ok(
          all()
            .filter(({ clientId }) => clientId === id)
            .map(({ type, key }) => ({
              ...{ id: `irb${key}`, label: type, type, status: 'ACTIVE', assignmentType: 'CLIENT' },
              ...(type === 'CUSTOM' ? { role: `cr0${key}`, 'resource-set': `iam${key}` } : {})
            }))
        )
      }
    },
    {
      ...{ method: 'GET', path: '/api/v1/iam/roles/:id/permissions', scope },
      run: (call) => ok({ permissions: find(call).permissions.map((label) => ({ label, conditions: null })) })
    },
    {
      ...{ method: 'GET', path: '/api/v1/iam/resource-sets/:id/resources', scope },
      run: (call) => ok({ resources: find(call).resources.map((orn, n) => ({ id: `ire${n}`, orn })) })
    }
  ]
}
