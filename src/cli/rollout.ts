/** `rollout`: which rule is ready for its next mode and why, with the change of the policy file. */
import Table from 'cli-table3'
import { type Command, Option } from 'commander'
import { REPORT_DAYS, type ReportDays } from '../api/figures.ts'
import { MOST_CASES, type Rollout } from '../backtest/rollout.ts'
import type { CliIo } from './io.ts'
import { withRecords } from './records.ts'

interface RolloutOptions {
  readonly days: string
  readonly group?: string
  readonly json?: true
}

export function addRolloutCommand(program: Command, io: CliIo): void {
  program
    .command('rollout')
    .description(
      'Print which rule is ready for its next mode and why, and draft the change of the policy. Changes nothing.'
    )
    .addOption(new Option('--days <days>', 'how far back').choices(REPORT_DAYS.map(String)).default('30'))
    .option('--group <name>', 'plan for the members of this group only, such as Pilot')
    .option('--json', 'print the result as JSON')
    .action(async ({ days, group, json }: RolloutOptions) => {
      const asked = { days: Number(days) as ReportDays, group: group ?? null }
      const rollout = await withRecords(io, (records) => records.rollout(asked))
      if (json) io.out(JSON.stringify(rollout, null, 2))
      else for (const line of rolloutLines(rollout)) io.out(line)
    })
}

function rolloutLines({ steps, draft, cutAt }: Rollout): readonly string[] {
  const table = new Table({
    head: ['rule', 'step', 'cases', 'why', 'guards that fired', 'such as'],
    style: { head: [], border: [] },
    colWidths: [28, 20, 7, 44, 16, 18],
    wordWrap: true
  })
  for (const { rule, mode, next, cases, because, guards, examples } of steps) {
    const fired = Object.entries(guards).map(([id, count]) => `${id} ${count}`)
    table.push([rule, next ? `${mode} → ${next}` : mode, cases, because, fired.join(', '), examples.join(' ')])
  }
  const cut = cutAt === null ? [] : [`Only the newest ${MOST_CASES} cases are counted, those after ${cutAt}.`]
  if (draft === null) return [table.toString(), ...cut, 'No rule is ready for its next mode.']
  return [table.toString(), ...cut, 'For the policy file; then `policy apply <file>`:', '', draft]
}
