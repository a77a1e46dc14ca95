/** The evidence as lines of a ticket. Every text from Okta passes through `code` or `quoted`. Pure. */
import { eventName, namedActor } from '../../decide/event-names.ts'
import type { Line } from '../../domain/document.ts'
import {
  type Device,
  EVIDENCE_SOURCES,
  type Evidence,
  type Factor,
  isDeferred,
  known,
  type LogEntry
} from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { bold, code, commaSeparated, line, quoted } from '../format/document.ts'

/** Longer lists are cut. */
const MAX_DEVICES = 10
const MAX_FACTORS = 10
const MAX_EVENTS = 10

/** Event types that show who set the current state (facts §3.4). */
const PROVENANCE: readonly (readonly [eventType: string, words: string])[] = [
  ['user.lifecycle.suspend', 'Suspended'],
  ['user.lifecycle.deactivate', 'Deactivated'],
  ['user.account.lock', 'Locked'],
  ['device.lifecycle.suspend', 'Device suspended'],
  ['device.lifecycle.deactivate', 'Device deactivated']
]

export function showTime(at: Instant | null): string {
  return at === null ? 'at an unknown time' : `${at.slice(0, 16).replace('T', ' ')} UTC`
}

/** Okta omits the time of what never happened. */
function everTime(at: Instant | null): string {
  return at === null ? 'never' : showTime(at)
}

export function evidenceLines(evidence: Evidence): readonly Line[] {
  return [
    ...userLines(evidence),
    ...provenanceLines(evidence),
    ...deviceLines(evidence),
    ...factorLines(evidence),
    ...accountLines(evidence)
  ]
}

function userLines(evidence: Evidence): readonly Line[] {
  const user = known(evidence.user)
  if (!user) return []
  const moving = user.transitioningTo ? line`, moving to ${code(user.transitioningTo)}` : ''
  const blocks = (known(evidence.blocks) ?? []).map((block) => line`${code(block.type)} for ${code(block.appliesTo)}`)
  return [
    line`Status ${code(user.status)} since ${showTime(user.statusChangedAt)}${moving}; account from ${code(user.provider)}`,
    line`Last sign-in ${everTime(user.lastLoginAt)}; password changed ${everTime(user.passwordChangedAt)}`,
    ...(blocks.length > 0 ? [line`Sign-in blocked: ${commaSeparated(blocks.slice(0, 5))}`] : [])
  ]
}

function provenanceLines(evidence: Evidence): readonly Line[] {
  const history = newestFirst(known(evidence.history) ?? [])
  return PROVENANCE.flatMap(([eventType, words]) => {
    const entry = history.find((candidate) => candidate.eventType === eventType)
    if (!entry) return []
    const how = entry.transactionType ? line` (transaction ${code(entry.transactionType)})` : ''
    const name = namedActor(entry)
    const actor = name ?? entry.actorId
    // The policy names trusted actors by their ids.
    const id = name !== null && entry.actorId !== null ? line` (id ${code(entry.actorId)})` : ''
    return [
      line`${words} ${showTime(entry.at)} by ${code(actor)}${id}, a ${code(entry.actorType)}${how}. Okta records no reason.`
    ]
  })
}

function deviceLines(evidence: Evidence): readonly Line[] {
  const devices = known(evidence.devices)
  if (!devices) return []
  const sharers = new Map((known(evidence.device_users) ?? []).map((users) => [users.deviceId, users.userIds.length]))
  return atMost(
    devices.map((device) => deviceLine(device, sharers.get(device.id) ?? 1)),
    MAX_DEVICES,
    'No device is on record for this user.',
    'devices'
  )
}

function deviceLine(device: Device, users: number): Line {
  const marks: readonly string[] = [
    device.jailbroken ? 'jailbroken or rooted' : null,
    device.managed === false ? 'not managed' : null,
    users > 1 ? `used by ${users} users` : null
  ].filter((mark) => mark !== null)
  const what = line`${code(device.platform)} ${code(device.model)} OS ${code(device.osVersion)}`
  const extra = marks.length > 0 ? `; ${marks.join(', ')}` : ''
  return line`Device ${code(device.name)} (${code(device.id)}): ${code(device.status)}, ${what}, last seen ${showTime(device.lastUpdatedAt)}${extra}`
}

function factorLines(evidence: Evidence): readonly Line[] {
  const factors = known(evidence.factors)
  if (!factors) return []
  const mine = factors.filter((factor) => factor.isOktaVerify)
  const others = factors.filter((factor) => !factor.isOktaVerify)
  return [
    ...atMost(
      mine.map(factorLine),
      MAX_FACTORS,
      'No Okta Verify factor is listed. Okta may hide some from us.',
      'factors'
    ),
    ...(others.length > 0
      ? [line`Other factors: ${commaSeparated(others.slice(0, MAX_FACTORS).map(shortFactor))}`]
      : [])
  ]
}

function factorLine(factor: Factor): Line {
  const on = factor.deviceName ? line` on ${code(factor.deviceName)}` : ''
  return line`Okta Verify ${code(factor.type)} (${code(factor.id)}): ${code(factor.status)}, created ${showTime(factor.createdAt)}${on}`
}

function shortFactor(factor: Factor): Line {
  return line`${code(factor.type)} ${code(factor.status)}`
}

function accountLines(evidence: Evidence): readonly Line[] {
  const roles = known(evidence.roles)
  const risk = known(evidence.risk)
  const named = roles?.slice(0, 5).map((role) => [code(role.type)]) ?? []
  return [
    ...(named.length > 0 ? [line`Admin roles: ${commaSeparated(named)}`] : []),
    ...(risk ? [line`User risk ${code(risk.level)}${risk.reason ? `: ${quoted(risk.reason, 200)}` : ''}`] : [])
  ]
}

/** What could not be read, and what the policy declares absent. */
export function gapLines(evidence: Evidence): readonly Line[] {
  return EVIDENCE_SOURCES.flatMap((source) => {
    const item = evidence[source]
    if (item.state === 'known' || (item.state === 'absent' && item.unused)) return []
    if (isDeferred(item)) return [line`${bold(source)}: ${quoted(item.because, 200)}`]
    const words = item.state === 'unknown' ? 'could not be read' : 'is declared absent in the policy'
    return [line`${bold(source)} ${words}: ${quoted(item.because, 200)}`]
  })
}

/** The newest System Log entries about the user. */
export function eventLines(evidence: Evidence): readonly Line[] {
  return newestFirst(known(evidence.history) ?? [])
    .slice(0, MAX_EVENTS)
    .map((entry) => {
      const actor = namedActor(entry) ?? entry.actorId
      const name = eventName(entry.eventType, entry.result)
      const why = entry.reason ? line`: ${code(entry.reason)}` : ''
      return line`${showTime(entry.at)} ${name ? `${name}: ` : ''}${code(entry.eventType)} ${code(entry.result)} by ${code(actor)}${why}`
    })
}

function newestFirst(entries: readonly LogEntry[]): readonly LogEntry[] {
  return [...entries].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function atMost(lines: readonly Line[], max: number, none: string, what: string): readonly Line[] {
  if (lines.length === 0) return [line`${none}`]
  return lines.length <= max ? lines : [...lines.slice(0, max), line`and ${String(lines.length - max)} more ${what}`]
}
