/** `guards report`: what each guard alone stopped, and what became of those people. */
import Table from 'cli-table3'
import { type Command, Option } from 'commander'
import { REPORT_DAYS, type ReportDays } from '../api/figures.ts'
import { endingWords, type GuardReport, rowTitle } from '../backtest/guard-report.ts'
import type { CliIo } from './io.ts'
import { withRecords } from './records.ts'

export function addGuardsCommand(program: Command, io: CliIo): void {
  program
    .command('guards')
    .description('Look at the guards.')
    .command('report')
    .description('Print what each guard and signal alone stopped, what became of those people, and cases to look at.')
    .addOption(new Option('--days <days>', 'how far back').choices(REPORT_DAYS.map(String)).default('30'))
    .option('--json', 'print the report as JSON')
    .action(async ({ days, json }: { readonly days: string; readonly json?: true }) => {
      const report = await withRecords(io, (records) => records.guards(Number(days) as ReportDays))
      if (json) io.out(JSON.stringify(report, null, 2))
      else for (const line of guardReportLines(report)) io.out(line)
    })
}

export function guardReportLines({ days, until, cases, rows }: GuardReport): readonly string[] {
  const read = `${cases} cases opened in the ${days} days before ${until}.`
  if (rows.length === 0) return [read, 'No guard alone stopped a repair.']
  const table = new Table({
    head: ['guard or signal', 'stopped alone', 'what became of them', 'as proposals', 'such as'],
    style: { head: [], border: [] },
    colWidths: [36, 16, 32, 32, 22],
    wordWrap: true
  })
  for (const row of rows) {
    const { signal, stopped, observed, became, enrolledMedianMs, proposals } = row
    const title = signal === null ? rowTitle(row) : `  only: ${rowTitle(row)}`
    const alone = observed > 0 ? `${stopped.count} (${observed} observed)` : stopped.count
    const asked = proposals.count > 0 ? `${proposals.count}: ${endingWords(proposals.became)}` : 0
    table.push([title, alone, endingWords(became, enrolledMedianMs), asked, stopped.cases.slice(0, 2).join(' ')])
  }
  return [read, table.toString(), AS_PROPOSALS]
}

export const AS_PROPOSALS =
  'As proposals: a person would have been asked about so many repairs if this guard led to proposals; what became of these people without one follows. The others no person can override.'
