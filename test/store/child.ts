/** A process of its own for tests: `hold` keeps the store open; `receive` fills it and prints what was acknowledged. */
import { writeSync } from 'node:fs'
import { openSqlite } from '../../src/store/sqlite.ts'
import { aCase, aDelivery, aLine } from './build.ts'

/** Callers side by side, so that commits hold more than one call. */
const CALLERS = 8

const [, , command, path = ''] = process.argv

/** Written at once, so that a kill loses no line that was said. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const store = await openSqlite(path)
say('open')

async function fill(): Promise<void> {
  for (;;) {
    const uuid = crypto.randomUUID()
    await store.receive(aDelivery([uuid]))
    const caseId = `RE-${uuid}`
    const events = [{ uuid, disposition: { kind: 'case', caseId, as: 'failure' } as const }]
    const saved = await store.processEvents({ events, write: { next: aCase(uuid), ledger: [aLine({ caseId })] } })
    say(saved === 'saved' ? uuid : `unexpected ${saved}`)
  }
}

if (command === 'receive') await Promise.all(Array.from({ length: CALLERS }, fill))
