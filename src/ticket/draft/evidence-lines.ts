/** The evidence as a person reads it in a ticket, one line each; everything from Okta passes through `code` or `prose`. Pure. */
import {
  type Device,
  EVIDENCE_SOURCES,
  type Evidence,
  type Factor,
  known,
  type LogEntry
} from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { code, prose } from '../format/markdown.ts'

/** Longest lists; a ticket is read, not searched. */
const MAX_DEVICES = 10
const MAX_FACTORS = 10
const MAX_EVENTS = 10

/** Log types that say who set the state we found (facts §3.4 "Who suspended"). */
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

/** Okta leaves out the time of what never happened. */
function everTime(at: Instant | null): string {
  return at === null ? 'never' : showTime(at)
}

export function evidenceLines(evidence: Evidence): readonly string[] {
  return [
    ...userLines(evidence),
    ...provenanceLines(evidence),
    ...deviceLines(evidence),
    ...factorLines(evidence),
    ...standingLines(evidence)
  ]
}

function userLines(evidence: Evidence): readonly string[] {
  const user = known(evidence.user)
  if (!user) return []
  const moving = user.transitioningTo ? `, moving to ${code(user.transitioningTo)}` : ''
  const blocks = (known(evidence.blocks) ?? []).map((block) => `${code(block.type)} for ${code(block.appliesTo)}`)
  return [
    `Status ${code(user.status)} since ${showTime(user.statusChangedAt)}${moving}; account from ${code(user.provider)}`,
    `Last sign-in ${everTime(user.lastLoginAt)}; password changed ${everTime(user.passwordChangedAt)}`,
    ...(blocks.length > 0 ? [`Sign-in blocked: ${blocks.slice(0, 5).join(', ')}`] : [])
  ]
}

function provenanceLines(evidence: Evidence): readonly string[] {
  const history = newestFirst(known(evidence.history) ?? [])
  return PROVENANCE.flatMap(([eventType, words]) => {
    const entry = history.find((candidate) => candidate.eventType === eventType)
    if (!entry) return []
    const how = entry.transactionType ? ` (transaction ${code(entry.transactionType)})` : ''
    const actor = entry.actorLogin ?? entry.actorId
    return [
      `${words} ${showTime(entry.at)} by ${code(actor)}, a ${code(entry.actorType)}${how}. Okta records no reason.`
    ]
  })
}

function deviceLines(evidence: Evidence): readonly string[] {
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

function deviceLine(device: Device, users: number): string {
  const marks = [
    device.jailbroken ? 'jailbroken or rooted' : null,
    device.managed === false ? 'not managed' : null,
    users > 1 ? `used by ${users} users` : null
  ].filter((mark) => mark !== null)
  const what = `${code(device.platform)} ${code(device.model)} OS ${code(device.osVersion)}`
  const extra = marks.length > 0 ? `; ${marks.join(', ')}` : ''
  return `Device ${code(device.name)} (${code(device.id)}): ${code(device.status)}, ${what}, last seen ${showTime(device.lastUpdatedAt)}${extra}`
}

function factorLines(evidence: Evidence): readonly string[] {
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
    ...(others.length > 0 ? [`Other factors: ${others.slice(0, MAX_FACTORS).map(shortFactor).join(', ')}`] : [])
  ]
}

function factorLine(factor: Factor): string {
  const on = factor.deviceName ? ` on ${code(factor.deviceName)}` : ''
  return `Okta Verify ${code(factor.type)} (${code(factor.id)}): ${code(factor.status)}, created ${showTime(factor.createdAt)}${on}`
}

function shortFactor(factor: Factor): string {
  return `${code(factor.type)} ${code(factor.status)}`
}

function standingLines(evidence: Evidence): readonly string[] {
  const roles = known(evidence.roles)
  const risk = known(evidence.risk)
  const named = roles?.slice(0, 5).map((role) => code(role.type)) ?? []
  return [
    ...(named.length > 0 ? [`Admin roles: ${named.join(', ')}`] : []),
    ...(risk ? [`User risk ${code(risk.level)}${risk.reason ? `: ${prose(risk.reason, 200)}` : ''}`] : [])
  ]
}

/** What could not be read, and what the org declared that it does not have. */
export function gapLines(evidence: Evidence): readonly string[] {
  return EVIDENCE_SOURCES.flatMap((source) => {
    const item = evidence[source]
    if (item.state === 'known') return []
    const words = item.state === 'unknown' ? 'could not be read' : 'is declared absent in the policy'
    return [`**${source}** ${words}: ${prose(item.because, 200)}`]
  })
}

/** The newest System Log entries about the user. */
export function eventLines(evidence: Evidence): readonly string[] {
  return newestFirst(known(evidence.history) ?? [])
    .slice(0, MAX_EVENTS)
    .map((entry) => {
      const actor = entry.actorLogin ?? entry.actorId
      const why = entry.reason ? `: ${code(entry.reason)}` : ''
      return `${showTime(entry.at)} ${code(entry.eventType)} ${code(entry.result)} by ${code(actor)}${why}`
    })
}

function newestFirst(entries: readonly LogEntry[]): readonly LogEntry[] {
  return [...entries].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

function atMost(lines: readonly string[], max: number, none: string, what: string): readonly string[] {
  if (lines.length === 0) return [none]
  return lines.length <= max ? lines : [...lines.slice(0, max), `and ${lines.length - max} more ${what}`]
}
