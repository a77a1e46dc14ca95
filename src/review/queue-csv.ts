/** Cases as CSV (RFC 4180), part by part. */
import { advice } from '../decide/advice.ts'
import type { Case } from '../domain/case.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { ReviewWords } from './review-deps.ts'
import { idOf, loginOf, nameOf, OUTCOME_WORDS, STATE_WORDS } from './words.ts'

const COLUMNS: readonly (readonly [string, (c: Case, words: ReviewWords) => string | null | undefined])[] = [
  ['case', ({ id }) => id],
  ['opened (UTC)', ({ openedAt }) => cellTime(openedAt)],
  ['due (UTC)', (c, words) => cellTime(words.dueAt(c))],
  ['state', ({ state }) => STATE_WORDS[state]],
  ['outcome', ({ outcome }) => outcome && OUTCOME_WORDS[outcome]],
  ['name', nameOf],
  ['login', loginOf],
  ['okta id', idOf],
  ['cause', ({ cause }, words) => cause && words.cause(cause.id).label],
  ['what to do', (c) => (c.state === 'with_person' ? advice(c).headline : null)],
  ['assigned to', ({ assignee }) => assignee],
  ['platform', (c) => c.failures.at(-1)?.device.platform],
  ['device model', (c) => c.failures.at(-1)?.device.model],
  ['app version', (c) => c.failures.at(-1)?.context.appVersion],
  ['address', (c) => c.failures.at(-1)?.context.ip],
  ['ticket', ({ ticket }) => ticket?.key],
  ['storm', ({ parentId }) => parentId]
]

/** A form that spreadsheets read as a time, so the zone is in the title. */
function cellTime(at: Instant | null): string {
  return at === null ? '' : at.slice(0, 19).replace('T', ' ')
}

/** The header line, then a line per case. */
export async function* csvOf(parts: AsyncIterable<readonly Case[]>, words: ReviewWords): AsyncGenerator<string> {
  yield line(COLUMNS.map(([title]) => title))
  for await (const cases of parts) {
    yield cases.map((c) => line(COLUMNS.map(([, text]) => text(c, words) ?? ''))).join('')
  }
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** A spreadsheet takes a text that begins with one of these for a formula; an apostrophe makes it text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
