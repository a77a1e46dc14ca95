/** Operators of the tests, each signed in at the same provider. */
import { type Operator, personOf } from '../../src/domain/operator-commands.ts'

const ISSUER = 'https://id.example.com'

export function approver(name: string): Operator {
  return personOf(ISSUER, `sub-of-${name}`, { name, role: 'approver' })
}

export function viewer(name: string): Operator {
  return personOf(ISSUER, `sub-of-${name}`, { name, role: 'viewer' })
}
