/** What the translations read of Okta's answers has a row in the table of fields, and no row is stale. */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import { compileClassifier } from '../../../src/intake/classify/classify.ts'
import * as translate from '../../../src/okta/reads/translate.ts'
import { toLogEntries } from '../../../src/okta/reads/translate-log.ts'
import * as recorded from './answers.ts'
import { type FieldObject, OKTA_FIELDS } from './fields.ts'
import { readPaths } from './read-paths.ts'

const classify = compileClassifier({ ...DEFAULT_POLICY.classifier, ownIds: ['0oaReenroll'] })
const arrived = { uuid: 'one', source: 'hook', publishedAt: '2026-06-15T14:00:00.000Z', sentAt: null } as const
const readEvent = (raw: unknown) => [
  classify({ ...arrived, receivedAt: arrived.publishedAt, raw }),
  toLogEntries([raw])
]
const bodies = (all: Readonly<Record<string, recorded.Recorded>>) => Object.values(all).map(({ body }) => body)

/** The answers of each object, and what reads them. */
const READ: Readonly<Record<FieldObject, readonly [readonly unknown[], (body: unknown) => unknown]>> = {
  user: [bodies(recorded.USERS), (body) => [translate.toUser(body), translate.toEmbeddedBlocks(body)]],
  role: [[recorded.ROLES.body], translate.toRoles],
  assignees: [[recorded.ASSIGNEES.body], (body) => [translate.toAssignees(body), translate.nextAssignees(body)]],
  risk: [[recorded.RISK.body], translate.toRisk],
  group: [[recorded.GROUPS.body], translate.toGroups],
  'user device': [[recorded.DEVICES.body], translate.toDevices],
  'device user': [[recorded.DEVICE_USERS.body], translate.toUserIds],
  'listed device': [[recorded.LISTED_DEVICES.body], translate.toDeviceUsers],
  factor: [[recorded.FACTORS.body], translate.toFactors],
  enrollment: [[recorded.ENROLLMENTS.body], translate.toEnrollments],
  event: [bodies(recorded.EVENTS), readEvent]
}

const DEBUG = 'debugContext.debugData.'

/** The classifier reads `debugData` through a map, so its keys are taken from the code. */
function debugKeys(): readonly string[] {
  const folder = new URL('../../../src/intake/classify/', import.meta.url)
  const code = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  return [...code.join('\n').matchAll(/\bdebug\.(?:get|has)\('(\w+)'\)/g)].map(([, key]) => `${DEBUG}${key}`)
}

for (const [object, [answers, read]] of Object.entries(READ)) {
  t.test(`${object}: each field that is read has a row, and each row is read`, async (t) => {
    const table = OKTA_FIELDS.find(({ of }) => of === object)?.rows ?? []
    const rows = new Set(table.map(([path]) => path.split(' ')[0] ?? ''))
    const seen = answers.flatMap((body) => [...readPaths(body, read)]).map((path) => path.replace(/^\[\]\./, ''))
    const known = [...seen.filter((path) => !path.startsWith(DEBUG)), ...seen.filter((path) => rows.has(path))]
    const paths = new Set(object === 'event' ? [...known, ...debugKeys()] : seen)
    // A record that an answer has as null ends the path early.
    const isWhole = (path: string) => ![...rows].some((row) => row.startsWith(`${path}.`) || row.startsWith(`${path}[`))
    t.strictSame([...paths].filter((path) => isWhole(path) && !rows.has(path)).sort(), [], 'read without a row')
    t.strictSame([...rows].filter((path) => !paths.has(path)).sort(), [], 'rows that nothing reads')
  })
}
