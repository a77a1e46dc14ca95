/** `audit verify` and `audit export`: verifies the ledger entry by entry, or exports it for checking elsewhere. */
import type { Command } from 'commander'
import { readStoreSettings } from '../config/settings/settings.ts'
import type { LedgerRow } from '../domain/ledger.ts'
import { systemClock } from '../domain/time.ts'
import {
  GENESIS,
  keyIdOf,
  type LedgerKey,
  type LedgerLink,
  lacksSignature,
  ledgerKeys,
  verifyChain
} from '../store/ledger.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { openStoreFor } from './load.ts'
import { byOption } from './options.ts'
import { type Records, withRecords } from './records.ts'

/** Entries read at a time. */
const PAGE = 500

export function addAuditCommand(program: Command, io: CliIo): void {
  const audit = program.command('audit').description('The ledger of decisions, approvals and writes.')
  audit
    .command('verify')
    .description('Verify that no ledger entry was changed, added or removed.')
    .option('--json', 'print the result as JSON')
    .option('--expect <seq:hash>', 'fail unless the ledger has this entry, such as the last "ledger head" in the log')
    .action((options: VerifyOptions) => verify(io, options))
  audit
    .command('sign')
    .description(
      'Take over entries that no key signed; the next are signed with REENROLL_LEDGER_KEY. Once, service stopped.'
    )
    .addOption(byOption('who vouches for the entries so far; kept in the ledger'))
    .option('--dry-run', 'only print what would be signed')
    .action((options: SignOptions) => sign(io, options))
  audit
    .command('export')
    .description('Print the ledger, one JSON object per line, oldest first.')
    .option('--case <id>', 'only the entries of this case')
    .action((options: { case?: string }) => exportLines(io, options))
}

interface VerifyOptions {
  readonly json?: true
  readonly expect?: string
}

async function verify(io: CliIo, options: VerifyOptions): Promise<void> {
  const keys = keysOf(io)
  const expected = options.expect === undefined ? null : readExpected(options.expect)
  const { last, broken, foreignKey, unsigned, found } = await withRecords(io, (records) =>
    checkAll(records, keys, expected)
  )
  const isExpected = expected === null || found
  const result = { ok: broken === null && isExpected, lines: last.seq, lastHash: last.hash, brokenAt: broken, unsigned }
  if (options.json) io.out(JSON.stringify(result, null, 2))
  if (broken !== null) {
    const hint = foreignKey ? ` REENROLL_LEDGER_KEY does not have the key that signed it (id ${foreignKey}).` : ''
    throw new CommandFailed([
      `The ledger is broken at entry ${broken}: it does not follow from the entries before it.${hint}`
    ])
  }
  if (!isExpected) {
    throw new CommandFailed([`The ledger does not have the entry ${options.expect}: it was cut off or replaced.`])
  }
  if (!options.json) io.out(`The ledger is intact: ${last.seq} entries, last hash ${last.hash}.`)
  if (!options.json && keys.length > 0 && unsigned > 0) {
    io.out(`Entries 1 to ${unsigned} were written before there was a key.`)
  }
}

interface Checked {
  /** The last valid entry. */
  readonly last: LedgerLink
  /** The first entry that does not follow from those before it. */
  readonly broken: number | null
  /** The id of the key that signed that one, when it is not among ours. */
  readonly foreignKey?: string | null
  /** How many entries were written before there was a key. */
  readonly unsigned: number
  /** Whether the expected entry is there. */
  readonly found: boolean
}

async function checkAll(records: Records, keys: readonly LedgerKey[], expected: LedgerLink | null): Promise<Checked> {
  let last = GENESIS
  let unsigned = 0
  let found = expected?.seq === 0
  for await (const rows of pages(records)) {
    const broken = verifyChain(rows, last, keys)
    unsigned += rows.filter(({ hash }) => keyIdOf(hash) === null).length
    found ||= rows.some(({ seq, hash }) => seq === expected?.seq && hash === expected.hash)
    if (broken !== null) {
      const signedBy = keyIdOf(rows.find(({ seq }) => seq === broken)?.hash ?? '')
      const foreignKey = keys.some(({ id }) => id === signedBy) ? null : signedBy
      return { last: rows.find((row) => row.seq === broken - 1) ?? last, broken, foreignKey, unsigned, found }
    }
    last = rows.at(-1) ?? last
  }
  return { last, broken: lacksSignature(last, keys) ? last.seq : null, unsigned, found }
}

function keysOf(io: CliIo): readonly LedgerKey[] {
  const read = readStoreSettings(io.env)
  if (!read.ok) throw new CommandFailed(read.errors)
  return ledgerKeys(read.access.storeAccess.ledgerKeys)
}

function readExpected(text: string): LedgerLink {
  const [, seq, hash] = /^(\d{1,15}):((?:[0-9a-f]{12}:)?[0-9a-f]{64})$/.exec(text) ?? []
  if (seq === undefined || hash === undefined) {
    throw new CommandFailed([
      '--expect: not a number and a hash; write seq:hash as in a "ledger head" line of the log.'
    ])
  }
  return { seq: Number(seq), hash }
}

interface SignOptions {
  readonly by: string
  readonly dryRun?: true
}

async function sign(io: CliIo, { by, dryRun }: SignOptions): Promise<void> {
  if (keysOf(io).length === 0)
    throw new CommandFailed(['REENROLL_LEDGER_KEY: not set; make one with openssl rand -hex 32.'])
  if (dryRun) {
    const { unsigned } = await withRecords(io, (records) => checkAll(records, [], null))
    return io.out(`${by} would vouch for ${unsigned} entries that no key signed. Nothing was changed.`)
  }
  const store = await openStoreFor(io)
  try {
    const started = await store.startLedger({ at: systemClock(), adoptedBy: by })
    if (started !== 'ready') throw new CommandFailed(['The ledger cannot be signed with this key.'])
    io.out('The ledger is signed from its next entry on.')
  } finally {
    await store.close()
  }
}

async function exportLines(io: CliIo, options: { case?: string }): Promise<void> {
  const id = options.case?.trim().toUpperCase()
  let printed = 0
  await withRecords(io, async (records) => {
    for await (const rows of pages(records)) {
      for (const row of rows) {
        if (id !== undefined && row.caseId?.toUpperCase() !== id) continue
        io.out(JSON.stringify(row))
        printed++
      }
    }
  })
  if (id !== undefined && printed === 0) {
    throw new CommandFailed([
      `--case: the ledger has no entry of ${id}; \`explain\` without an id lists the newest cases.`
    ])
  }
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
