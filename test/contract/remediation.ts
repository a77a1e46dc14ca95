/** What every remediation is held to, whatever it does: see `domain/remediation.ts`. */

import type { Test } from 'tap'
import type { Evidence, EvidenceSource } from '../../src/domain/evidence.ts'
import type { OktaWriter, OktaWritten } from '../../src/domain/okta.ts'
import type { Remediation, Situation } from '../../src/domain/remediation.ts'
import { fc } from '../support/properties.ts'

export interface Called {
  readonly method: keyof OktaWriter
  readonly args: readonly string[]
}

/** A writer that performs nothing, keeps what was asked, and answers as told. */
export function recordingWriter(answer: OktaWritten = { ok: true, requestId: 'req-w' }): {
  writer: OktaWriter
  calls: Called[]
} {
  const calls: Called[] = []
  const record =
    (method: keyof OktaWriter) =>
    async (...args: readonly string[]): Promise<OktaWritten> => {
      calls.push({ method, args })
      return answer
    }
  return {
    calls,
    writer: {
      unsuspendUser: record('unsuspendUser'),
      unlockUser: record('unlockUser'),
      resendActivation: record('resendActivation'),
      unenrollFactor: record('unenrollFactor'),
      unsuspendDevice: record('unsuspendDevice')
    }
  }
}

export interface RemediationCase {
  readonly remediation: Remediation
  /** A situation in which it may be done. */
  readonly allowed: Situation
  /** The only call it may make there. */
  readonly expected: Called
  readonly anySituation: fc.Arbitrary<Situation>
}

const TROUBLE: OktaWritten = {
  ok: false,
  error: {
    kind: 'rejected',
    status: 403,
    errorCode: 'E0000038',
    because: 'not allowed in this status',
    retryAfterMs: null,
    ambiguous: false,
    requestId: 'req-no'
  }
}

function without(evidence: Evidence, source: EvidenceSource, state: 'absent' | 'unknown'): Evidence {
  const at = evidence.user.at
  const item =
    state === 'absent'
      ? { state, at, because: 'declared absent' }
      : { state, at, because: 'not asked', retryable: false }
  return { ...evidence, [source]: item }
}

export function remediationContract(t: Test, { remediation, allowed, expected, anySituation }: RemediationCase): void {
  const { id } = remediation

  t.test(`${id} proceeds when everything it needs is known and fits`, async (t) => {
    t.equal(remediation.refuses(allowed), null)
    const { writer, calls } = recordingWriter()
    t.strictSame(await remediation.perform(writer, allowed), [{ ok: true, requestId: 'req-w' }])
    t.strictSame(calls, [expected])
  })

  t.test(`${id} hands back Okta's refusal`, async (t) => {
    t.strictSame(await remediation.perform(recordingWriter(TROUBLE).writer, allowed), [TROUBLE])
  })

  t.test(`${id} refuses while anything it needs is unknown or absent, and names it`, async (t) => {
    t.ok(remediation.needs.includes('user'), 'the status is always read again')
    for (const source of remediation.needs) {
      for (const state of ['absent', 'unknown'] as const) {
        const situation = { ...allowed, evidence: without(allowed.evidence, source, state) }
        t.match(remediation.refuses(situation), new RegExp(`${source} is ${state}`))
        if (source === 'user')
          t.equal(remediation.landed(situation, allowed.now), 'unknown', 'nothing is proved either')
      }
    }
  })

  t.test(`${id} refuses for another user than the case's`, async (t) => {
    t.ok(remediation.refuses({ ...allowed, userId: '00uother' }))
    t.ok(remediation.refuses({ ...allowed, userId: '' }))
  })

  t.test(`${id} never throws, never writes when it refuses, and calls nothing but ${expected.method}`, async (t) => {
    let proceeded = 0
    await fc.assert(
      fc.asyncProperty(anySituation, async (situation) => {
        const { writer, calls } = recordingWriter()
        const because = remediation.refuses(situation)
        const performed = await remediation.perform(writer, situation).then(
          () => true,
          () => false
        )
        if (because !== null) return because.length > 0 && !performed && calls.length === 0
        proceeded++
        return performed && calls.length === 1 && calls[0]?.method === expected.method
      }),
      { numRuns: 2000, seed: 7 }
    )
    t.ok(proceeded > 0, 'some arbitrary situations allow it, so the property says something')
  })

  t.test(`${id} has not landed where it could still be done, and the other way round`, async (t) => {
    const answers = new Set<string>()
    fc.assert(
      fc.property(anySituation, (situation) => {
        const landed = remediation.landed(situation, situation.now)
        answers.add(landed)
        return landed !== 'done' || remediation.refuses(situation) !== null
      }),
      { numRuns: 5000, seed: 11 }
    )
    t.ok(answers.has('done') && answers.has('unknown'), `saw ${[...answers].join(', ')}`)
  })

  t.test(`${id} is the same twice and leaves its input alone`, async (t) => {
    const before = JSON.stringify(allowed)
    t.equal(remediation.refuses(allowed), remediation.refuses(allowed))
    t.equal(remediation.landed(allowed, allowed.now), remediation.landed(allowed, allowed.now))
    t.equal(JSON.stringify(allowed), before)
  })

  t.test(`${id} says in words what it is, how it is taken back and how it is proved`, async (t) => {
    for (const text of [remediation.title, remediation.call, remediation.undo, remediation.proof]) t.ok(text.length > 8)
    t.match(remediation.call, /^(POST|DELETE) \/api\/v1\//)
    t.ok(remediation.mayNotKnow.because.length > 20)
  })
}
