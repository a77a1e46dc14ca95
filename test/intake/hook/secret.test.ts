import { timingSafeEqual } from 'node:crypto'
import t from 'tap'
import { compileSecretCheck } from '../../../src/intake/hook/auth.ts'

const SECRETS = ['old-secret-0123456789', 'new-secret-0123456789', 'Basic b2t0YTpzZWNyZXQ=']

t.test('any of the secrets is accepted, whole and exact', async (t) => {
  const knows = compileSecretCheck(SECRETS)
  for (const secret of SECRETS) t.equal(knows(secret), true)
  for (const other of ['', 'old-secret', 'old-secret-0123456789 ', 'OLD-SECRET-0123456789', SECRETS.join(','), 'é']) {
    t.equal(knows(other), false, JSON.stringify(other))
  }
})

t.test('without secrets nobody is let in', async (t) => {
  t.equal(compileSecretCheck([])(''), false)
})

t.test('every secret is compared, at equal length, whichever one matches', async (t) => {
  let lengths: number[] = []
  const knows = compileSecretCheck(SECRETS, (a, b) => {
    lengths.push(a.length, b.length)
    return timingSafeEqual(a, b)
  })
  for (const presented of [...SECRETS, '', 'wrong', 'x'.repeat(10_000)]) {
    lengths = []
    t.equal(knows(presented), SECRETS.includes(presented))
    t.same(
      lengths,
      Array.from({ length: 2 * SECRETS.length }, () => 32),
      'all of them, as SHA-256'
    )
  }
})
