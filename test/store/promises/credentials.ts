/** What a store promises about sessions and API tokens. */
import type { Test } from 'tap'
import type { Credential } from '../../../src/domain/credentials.ts'
import type { OpenStore } from '../../contract/store.ts'
import { matchAll } from '../../support/match-all.ts'
import { approver } from '../../support/operators.ts'
import { aLine, minute, NOON } from '../build.ts'

function aCredential(id: string, patch: Partial<Credential> = {}): Credential {
  const [operator, createdAt] = [approver('ana'), NOON]
  return { id, kind: 'session', operator, createdAt, createdBy: 'ana', seenAt: NOON, endsAt: minute(480), ...patch }
}

export async function credentialPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a credential is found by its digest until it is ended', async (t) => {
    const store = await open(t)
    t.equal(await store.credential('d-1'), null)
    await store.addCredential({ digest: 'd-1', credential: aCredential('1'), ledger: [] })
    await store.addCredential({
      digest: 'd-2',
      credential: aCredential('2', { createdAt: minute(1) }),
      ledger: [aLine()]
    })
    t.same(await store.credential('d-1'), aCredential('1'))
    matchAll(t, await store.credentials(), [{ id: '2' }, { id: '1' }])
    await store.updateCredential(aCredential('1', { seenAt: minute(5) }))
    t.match(await store.credential('d-1'), { seenAt: minute(5) })
    t.equal(await store.endCredentials({ ids: ['1', 'none'], ledger: [aLine()] }), 1)
    t.equal(await store.endCredentials({ ids: ['1'], ledger: [aLine()] }), 0)
    await store.updateCredential(aCredential('1', { seenAt: minute(6) }))
    t.equal(await store.credential('d-1'), null, 'not even by a use at the same time')
    t.equal((await store.ledger({ after: 0, limit: 9 })).length, 2)
  })

  await t.test('adding one deletes those that have expired', async (t) => {
    const store = await open(t)
    await store.addCredential({ digest: 'd-1', credential: aCredential('1', { endsAt: minute(3) }), ledger: [] })
    await store.addCredential({ digest: 'd-2', credential: aCredential('2', { createdAt: minute(3) }), ledger: [] })
    matchAll(t, await store.credentials(), [{ id: '2' }])
    t.equal(await store.credential('d-1'), null)
  })
}
