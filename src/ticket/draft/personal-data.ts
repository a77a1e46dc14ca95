/**
 * Which personal data may leave with a ticket. Values that a target may not receive are removed from the finished document,
 * whichever sentence quotes them. E-mail addresses other than the login, IP addresses, serial numbers and credentials never
 * leave. Pure.
 */
import { PERSONAL_DATA, type PersonalData } from '../../config/policy/ticket-policy.ts'
import type { Case } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Block, Line } from '../../domain/document.ts'
import type { Item } from '../../domain/evidence.ts'

const MARKS: Readonly<Record<PersonalData, string>> = {
  login: '[login]',
  name: '[name]',
  user_id: '[user id]',
  devices: '[device]',
  actors: '[actor]'
}

/** Shorter values occur inside ordinary words. */
const MIN_LENGTH = 3

const ALWAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, '[key]'],
  [/\b(?:Bearer|SSWS|DPoP|Basic)\s+[\w.~+/=-]{8,}/gi, '[secret]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*)*/g, '[token]'],
  [/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g, '[ip address]'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*[0-9a-f](?![\w:])/gi, '[ip address]']
]
const ADDRESS = /[^\s@"'`<>(),;:=/[\]]{1,128}(?:@|\(at\))[^\s@"'`<>(),;:=/[\]]{1,253}\.[a-z]{2,}/gi

type Clean = (text: string) => string

/** Returns a filter that removes from a text what the target may not receive of this case. */
export function personalFilter(c: Case, allowed: readonly PersonalData[]): Clean {
  const values = valuesOf(c)
  const out = PERSONAL_DATA.filter((kind) => !allowed.includes(kind)).flatMap((kind) =>
    values[kind].map((value) => [value, MARKS[kind]] as const)
  )
  const gone = [...out, ...values.serials.map((serial) => [serial, '[serial number]'] as const)]
    .filter(([value]) => value.length >= MIN_LENGTH)
    .toSorted(([a], [b]) => b.length - a.length)
  const kept = new Set(allowed.flatMap((kind) => values[kind]).map((value) => value.toLowerCase()))
  return (text) => {
    const cut = gone.reduce((rest, [value, mark]) => replaced(rest, value, mark), text)
    const bare = ALWAYS_OUT.reduce((rest, [pattern, mark]) => rest.replace(pattern, mark), cut)
    return bare.replace(ADDRESS, (found) => (kept.has(found.replace('(at)', '@').toLowerCase()) ? found : '[address]'))
  }
}

/** The draft with all its texts filtered. */
export function cleanDraft(draft: Draft, clean: Clean): Draft {
  return {
    ...draft,
    title: clean(draft.title),
    body: draft.body.map((block) => cleanBlock(block, clean)),
    labels: draft.labels.map(clean)
  }
}

/** The line with all its texts and addresses filtered. */
export function cleanLine(line: Line, clean: Clean): Line {
  return line.map((inline) =>
    inline.kind === 'link'
      ? { ...inline, text: clean(inline.text), url: clean(inline.url) }
      : { ...inline, text: clean(inline.text) }
  )
}

function cleanBlock(block: Block, clean: Clean): Block {
  return 'lines' in block
    ? { ...block, lines: block.lines.map((line) => cleanLine(line, clean)) }
    : { ...block, line: cleanLine(block.line, clean) }
}

/** The value as it is, as `quoted` writes it, and as in an address. Whole words only; case does not matter. */
function replaced(text: string, value: string, mark: string): string {
  const forms = [value, value.replace('@', '(at)'), encodeURIComponent(value)].map((form) =>
    form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+')
  )
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms.join('|')})(?![\\p{L}\\p{N}])`, 'giu'), mark)
}

type Values = Readonly<Record<PersonalData | 'serials', readonly string[]>>

function valuesOf(c: Case): Values {
  const user = known(c.evidence?.user)
  const devices = known(c.evidence?.devices) ?? []
  const factors = known(c.evidence?.factors) ?? []
  const events = [...c.failures, ...c.signals]
  const actors = [
    ...events.flatMap((event) => [event.actor.login, event.actor.id]),
    ...(known(c.evidence?.history) ?? []).flatMap((entry) => [entry.actorLogin, entry.actorName, entry.actorId])
  ]
  const own = texts([c.user.login, c.user.id, c.user.name, user?.login, user?.id, user?.name])
  return {
    login: texts([c.user.login, user?.login]),
    name: texts([c.user.name, user?.name]),
    user_id: texts([c.user.id, user?.id]),
    devices: texts([
      ...devices.flatMap((device) => [device.name, device.id]),
      ...events.flatMap(({ device }) => [device.name, device.id]),
      ...factors.map((factor) => factor.deviceName)
    ]),
    actors: texts([
      ...actors,
      c.assignee,
      ...c.actions.map((action) => (action.by.kind === 'person' ? action.by.name : null))
    ]).filter((actor) => !own.includes(actor)),
    serials: texts([...devices, ...events.map((event) => event.device)].map((device) => device.serialNumber))
  }
}

function known<V>(item: Item<V> | undefined): V | null {
  return item?.state === 'known' ? item.value : null
}

function texts(values: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value): value is string => typeof value === 'string' && value.trim() !== ''))]
}
