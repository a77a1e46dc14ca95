/** `audit verify` and `audit export`: verifies the ledger entry by entry, or exports it for checking elsewhere. */

import type { Command } from 'commander'
import type { LedgerRow } from '../domain/ledger.ts'

import { GENESIS, type LedgerLink, verifyChain } from '../store/ledger.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Records, withRecords } from './records.ts'

/** Entries read at a time. */
const PAGE = 500

export function addAuditCommand(program: Command, io: CliIo): void {
  const audit = program.command('audit').description('The ledger of decisions, approvals and writes.')
  audit
    .command('verify')
    .description('Verify that no ledger entry was changed, added or removed.')
    .option('--json', 'print the result as JSON')
    .action((options: { json?: true }) => verify(io, options))
  audit
    .command('export')
    .description('Print the ledger, one JSON object per line, oldest first.')
    .option('--case <id>', 'only the entries of this case')
    .action((options: { case?: string }) => exportLines(io, options))
}

async function verify(io: CliIo, options: { json?: true }): Promise<void> {
  const { last, broken } = await withRecords(io, checkAll)
  const result = { ok: broken === null, lines: last.seq, lastHash: last.hash, brokenAt: broken }
  if (options.json) io.out(JSON.stringify(result, null, 2))
  if (broken !== null) {
    throw new CommandFailed([`The ledger is broken at entry ${broken}: it does not follow from the entries before it.`])
  }
  if (!options.json) io.out(`The ledger is intact: ${last.seq} entries, last hash ${last.hash}.`)
}

/** The last valid entry, and the first that does not follow from it. */
async function checkAll(records: Records): Promise<{ last: LedgerLink; broken: number | null }> {
  let last = GENESIS
  for await (const rows of pages(records)) {
    const broken = verifyChain(rows, last)
    if (broken !== null) return { last: rows.find((row) => row.seq === broken - 1) ?? last, broken }
    last = rows.at(-1) ?? last
  }
  return { last, broken: null }
}

async function exportLines(io: CliIo, options: { case?: string }): Promise<void> {
  await withRecords(io, async (records) => {
    for await (const rows of pages(records)) {
      for (const row of rows) if (!options.case || row.caseId === options.case) io.out(JSON.stringify(row))
    }
  })
}

async function* pages(records: Records): AsyncGenerator<readonly LedgerRow[]> {
  let after = 0
  for (;;) {
    const rows = await records.ledger({ after, limit: PAGE })
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    after = rows.at(-1)?.seq ?? after
  }
}
