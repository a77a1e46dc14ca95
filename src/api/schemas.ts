/** Requests and responses of the API as JSON Schema: they validate input and form `/openapi.json`. */
import { type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox'
import { OUTCOMES } from '../domain/case.ts'
import { EVIDENCE_SOURCES } from '../domain/evidence.ts'
import { REPORT_LIMITS, VISIBLE } from '../domain/operator-commands.ts'
import { SHARED_KINDS } from '../domain/store.ts'
import { CHALLENGE_ENDS, CHALLENGE_KINDS, STRENGTHS } from '../domain/verification.ts'
import {
  CASE_STATES,
  CAUSE_IDS,
  CONFIDENCES,
  EFFECTS,
  GUARD_IDS,
  MODES,
  PLATFORMS,
  REMEDIATION_IDS
} from '../domain/vocabulary.ts'

/** Longest reason a person may give; the ledger keeps it for good. */
const MAX_REASON = 2_000

/** One of these texts. */
export function oneOf<const V extends string>(values: readonly V[]) {
  return Type.Unsafe<V>({ type: 'string', enum: [...values] })
}

function orNull<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

const text = Type.String()
const textOrNull = orNull(text)
const person = { id: textOrNull, login: textOrNull, name: textOrNull }
const instant = Type.String({ description: 'ISO 8601 in UTC with milliseconds' })
const texts = Type.Array(text)
const guard = oneOf(GUARD_IDS)
const remediation = oneOf(REMEDIATION_IDS)
/** No lone surrogate and no NUL: the store cannot keep them. The start of a pattern. */
const WELL_FORMED = '^(?![\\s\\S]*[\\p{Cs}\\0])'
/** At least three characters that a reader sees. */
const reason = Type.String({
  minLength: 3,
  maxLength: MAX_REASON,
  pattern: `${WELL_FORMED}(?:[\\s\\S]*?${VISIBLE}){3}`
})
const hash = Type.String({ minLength: 1, maxLength: 128 })

const cause = Type.Object({
  id: oneOf(CAUSE_IDS),
  confidence: oneOf(CONFIDENCES),
  because: texts,
  kbOption: orNull(Type.Integer({ minimum: 1, maximum: 5, description: 'Option of Okta’s article' }))
})

/** A schema with a name in the document, to which `refTo` refers. */
function named<Fields extends TProperties>($id: Named, fields: Fields) {
  return Type.Object(fields, { $id })
}

type Named = 'Case' | 'Error' | 'Controls' | 'Ticket'

/** `Case` in the document; see `case-json.ts`. */
export const CASE = named('Case', {
  id: text,
  state: oneOf(CASE_STATES),
  user: Type.Object({
    ...person,
    source: Type.Union([Type.Literal('okta'), Type.Literal('claim')], {
      description: '`okta`: as Okta names the person; `claim`: only as the event or report names them'
    }),
    claimed: orNull(Type.Object(person, { description: 'What the event claims, when Okta names another person' }))
  }),
  openedAt: instant,
  updatedAt: instant,
  failures: Type.Array(
    Type.Object({
      uuid: text,
      eventType: text,
      publishedAt: instant,
      receivedAt: instant,
      source: text,
      result: textOrNull,
      reason: textOrNull,
      confidence: oneOf(CONFIDENCES),
      device: Type.Object({ platform: oneOf(PLATFORMS) })
    })
  ),
  evidence: Type.Array(
    Type.Object({
      source: oneOf(EVIDENCE_SOURCES),
      state: oneOf(['known', 'absent', 'unknown']),
      at: instant,
      because: Type.Optional(text),
      value: Type.Optional(Type.Unknown())
    })
  ),
  cause: orNull(cause),
  considered: Type.Array(cause),
  guards: Type.Array(Type.Object({ id: guard, state: oneOf(['clear', 'tripped', 'unknown']), because: text })),
  decision: orNull(
    Type.Object({
      kind: oneOf(['ignore', 'ticket', 'guide', 'remediate']),
      rule: text,
      mode: oneOf(MODES),
      because: text,
      remediation: orNull(remediation),
      stoppedBy: Type.Array(guard),
      overridesNeeded: Type.Array(guard),
      ruleVersion: text
    })
  ),
  rows: Type.Array(Type.Object({ rule: text, matched: Type.Boolean(), because: text })),
  proposal: orNull(Type.Object({ hash, remediation, expiresAt: instant, overridesNeeded: Type.Array(guard) })),
  actions: Type.Array(
    Type.Object({
      id: text,
      remediation,
      attempt: Type.Integer(),
      state: oneOf(['intended', 'done', 'refused', 'failed', 'unknown']),
      intendedAt: instant,
      at: instant,
      by: Type.Object({ kind: oneOf(['rule', 'person']), name: text }),
      because: text,
      requestIds: texts,
      effect: oneOf(EFFECTS)
    })
  ),
  ticket: orNull(Type.Object({ system: text, key: text, url: text, state: oneOf(['open', 'resolved']) })),
  outcome: orNull(oneOf(OUTCOMES)),
  alarm: orNull(Type.String({ description: 'Signs of a takeover after our write' })),
  challenges: Type.Array(
    Type.Object({
      ...{ id: text, factor: text, because: text, by: text, at: instant, expiresAt: instant },
      ...{ kind: oneOf(CHALLENGE_KINDS), strength: oneOf(STRENGTHS) },
      state: Type.String({
        description: `second_operator, asked, sending, push or code while it waits; then ${CHALLENGE_ENDS.join(', ')}`
      })
    }),
    { description: 'Verifications of the caller, oldest first' }
  ),
  parentId: orNull(Type.String({ description: 'The storm case that this case belongs to' })),
  storm: orNull(
    Type.Object({
      since: instant,
      lastSeenAt: instant,
      users: Type.Integer(),
      because: text,
      releasedAt: orNull(instant),
      children: Type.Object({ all: Type.Integer(), open: Type.Integer() })
    })
  ),
  timeline: Type.Array(Type.Object({ at: instant, what: text, by: text }))
})

export const ERROR = named('Error', {
  error: Type.Object({
    code: text,
    message: text,
    changes: Type.Optional(Type.Array(text, { description: 'With 409: what changed since the page was loaded' }))
  })
})

export const CONTROLS = named('Controls', {
  version: Type.Integer(),
  kill: orNull(Type.Object({ on: Type.Boolean(), because: text, by: text, at: instant })),
  rules: Type.Record(text, Type.Unknown()),
  ceiling: orNull(oneOf(MODES))
})

export const LOCAL_TICKET = named('Ticket', {
  key: text,
  caseId: text,
  state: oneOf(['open', 'resolved']),
  title: text,
  body: Type.String({ description: 'Markdown' }),
  comments: Type.Array(Type.Object({ at: instant, text })),
  createdAt: instant,
  updatedAt: instant
})

export const LEDGER_PAGE = Type.Object({
  rows: Type.Array(
    Type.Object({
      seq: Type.Integer(),
      at: instant,
      kind: text,
      caseId: Type.Union([text, Type.Null()]),
      by: text,
      entry: Type.Record(Type.String(), Type.Unknown()),
      prevHash: text,
      hash: text
    })
  )
})

/** A request body, or an object in it. Unknown fields are refused: a misspelt field must not be ignored. */
export function strictObject<Fields extends TProperties>(fields: Fields, options: TObjectOptions = {}) {
  return Type.Object(fields, { ...options, additionalProperties: false })
}

export const APPROVE_BODY = strictObject({
  hash,
  overrides: Type.Optional(Type.Array(strictObject({ guard, because: reason }), { maxItems: GUARD_IDS.length }))
})
export const REJECT_BODY = strictObject({ hash, because: reason })
export const VERIFY_BODY = strictObject({
  factor: Type.String({ minLength: 1, maxLength: 64, description: 'Id of a factor of the user, or `manager`' })
})
export const CODE_BODY = strictObject({
  code: Type.String({ minLength: 4, maxLength: 20, description: 'As the caller, or the manager, reads it out' })
})
export const CLOSE_BODY = strictObject({
  because: reason,
  attack: Type.Optional(Type.Boolean({ description: 'It was an attack; for an ended case too' }))
})
const value = Type.String({ minLength: 1, maxLength: 100, pattern: WELL_FORMED })
const sharedFacts = Type.Unsafe<Readonly<Record<string, string>>>(
  Type.Partial(Type.Object(Object.fromEntries(SHARED_KINDS.map((kind) => [kind, value]))), {
    additionalProperties: false,
    description: 'Only cases with all of these facts'
  })
)
export const RELEASE_BODY = strictObject({
  because: reason,
  most: Type.Integer({ minimum: 1, maximum: 100, description: 'How many at most; the oldest' }),
  cause: Type.Optional(oneOf(CAUSE_IDS)),
  facts: Type.Optional(sharedFacts)
})
export const REPORT_BODY = strictObject({
  user: Type.String({
    minLength: 1,
    maxLength: REPORT_LIMITS.user,
    pattern: `${WELL_FORMED}[\\s\\S]*?${VISIBLE}`,
    description: 'Okta user id or login'
  }),
  errorCode: Type.Optional(orNull(Type.String({ maxLength: REPORT_LIMITS.errorCode, pattern: WELL_FORMED }))),
  platform: Type.Optional(orNull(oneOf(PLATFORMS))),
  text: Type.Optional(orNull(Type.String({ maxLength: REPORT_LIMITS.text, pattern: WELL_FORMED }))),
  cause: Type.Optional(oneOf(CAUSE_IDS))
})
export const KILL_SWITCH = strictObject({ kill: strictObject({ on: Type.Boolean(), because: reason }) })

export const RULE_SWITCH = strictObject(
  {
    mode: Type.Optional(orNull(oneOf(MODES))),
    paused: Type.Optional(orNull(strictObject({ because: reason })))
  },
  { minProperties: 1 }
)
export const CEILING = strictObject({ ceiling: orNull(oneOf(MODES)) })

/** A route by its name and a sentence about it, with the schemas of what it takes and answers. */
export function route<const Schemas extends object>(operationId: string, summary: string, schemas: Schemas) {
  return { schema: { operationId, summary, ...schemas } }
}

/** A response by its id in the API description. */
export function refTo(id: Named): TSchema {
  return Type.Unsafe<unknown>({ $ref: `${id}#` })
}

/** Responses of a route: its own, and the errors it can return. */
export function answers(ok: Readonly<Record<number, TSchema>>, ...errors: readonly number[]): Record<number, TSchema> {
  return { ...ok, ...Object.fromEntries([401, 429, ...errors].map((status) => [status, refTo('Error')])) }
}
