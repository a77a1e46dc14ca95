/** Which policy is in force, as one short name; apart from `policy-file.ts`, so that knowing it takes no YAML. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Policy } from './policy.ts'

/** SHA-256 over the policy in force, so that comments, order and restated defaults do not change it. */
export function policyHash(policy: Policy): string {
  return createHash('sha256')
    .update(canonicalize(policy) ?? '')
    .digest('hex')
}
