/** The setting that names who may send us security events about users (OpenID Shared Signals Framework). */
import { isRecord, parseJson } from '../../domain/json.ts'
import { SHARED_SIGNAL_TYPES } from '../../domain/shared-signals.ts'
import { nearestName } from '../did-you-mean.ts'
import { type Setting, type SettingsSource, secretProblem, type TextCheck, webAddress } from './setting.ts'

/** A transmitter whose events are taken. */
export interface TransmitterSettings {
  /** Exactly as in the `iss` of its tokens. */
  readonly issuer: string
  /** What its tokens name us. */
  readonly audience: string
  /** Where its keys are; null: as its configuration document says. */
  readonly jwksUri: string | null
  /** The whole value of the header `authorization` that it must send; null: none. */
  readonly authorization: string | null
  /** The events that count; null: all that guards know. */
  readonly events: readonly string[] | null
  /** What a verification event must carry; null: anything. */
  readonly state: string | null
}

const KEYS = ['issuer', 'audience', 'jwksUri', 'authorization', 'events', 'state']
const FORM = '[{"issuer": "https://idp.example.com", "audience": "https://reenroll.example.com/ssf/events"}]'

const transmittersJson: TextCheck = (text) => {
  const list = parseJson(text)
  if (!Array.isArray(list) || list.length === 0 || !list.every(isRecord)) {
    return `the value is not a JSON list of transmitters; write ${FORM}`
  }
  const problems = list.flatMap((one, n) => problemsOf(one).map((problem) => `transmitter ${n + 1}: ${problem}`))
  const issuers = list.map(({ issuer }) => issuer)
  if (new Set(issuers).size < issuers.length) problems.push('two transmitters have the same issuer; keep one of them')
  return problems[0] ?? null
}

function problemsOf(one: Readonly<Record<string, unknown>>): readonly string[] {
  const unknown = Object.keys(one).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) return [`${unknown} is not one of ${KEYS.join(', ')}`]
  const { issuer, audience, jwksUri, authorization, events, state } = one
  const address = (key: string, value: unknown) => {
    const problem = typeof value === 'string' ? webAddress(value) : 'a web address is required'
    return problem === null ? [] : [`${key}: ${problem}`]
  }
  const text = (key: string, value: unknown) =>
    value === undefined || (typeof value === 'string' && value.trim() !== '') ? [] : [`${key} is not a text`]
  const secret = typeof authorization === 'string' ? secretProblem(authorization, 'authorization') : null
  return [
    ...address('issuer', issuer),
    ...(audience === undefined
      ? ['audience is missing; write what its tokens name in "aud"']
      : text('audience', audience)),
    ...(jwksUri === undefined ? [] : address('jwksUri', jwksUri)),
    ...text('authorization', authorization),
    ...(secret === null ? [] : [secret]),
    ...text('state', state),
    ...(events === undefined ? [] : eventProblems(events))
  ]
}

function eventProblems(events: unknown): readonly string[] {
  if (!Array.isArray(events) || events.length === 0) return ['events is not a list of event types']
  const wrong = events.find((type) => !SHARED_SIGNAL_TYPES.includes(type))
  if (wrong === undefined) return []
  const meant = nearestName(String(wrong), SHARED_SIGNAL_TYPES)
  return [`${wrong} is not an event that guards know; write ${meant ?? `one of ${SHARED_SIGNAL_TYPES.join(', ')}`}`]
}

export const SIGNAL_SETTINGS = [
  {
    name: 'REENROLL_SSF_TRANSMITTERS',
    meaning:
      'Who may send security events about users to `/ssf/events` (OpenID Shared Signals Framework, CAEP and RISC), as a JSON list: `issuer` and `audience` as in its tokens, and where wanted `authorization` (the whole header that it sends), `jwksUri` (otherwise from its configuration document), `events` (only these count, such as `caep.session-revoked`) and `state` (of verification events).',
    secret: true,
    check: transmittersJson
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_SSF_TRANSMITTERS`; none without it. */
export function readTransmitters(source: SettingsSource): readonly TransmitterSettings[] {
  const list = parseJson(source.get('REENROLL_SSF_TRANSMITTERS') ?? '[]')
  if (!Array.isArray(list)) return []
  const nothing = { jwksUri: null, authorization: null, events: null, state: null }
  return list.filter(isRecord).map((one) => ({ ...nothing, ...one }) as TransmitterSettings)
}
