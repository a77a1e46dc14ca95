/** `explain <case>`: what was read, what it means, why this row of the table and none above it. */
import type { Command } from 'commander'
import { explainCase } from './explain-text.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { withRecords } from './records.ts'

export function addExplainCommand(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description('Explain a case: evidence, cause, guards, why this rule and not the ones above it, and what was done.')
    .argument('<case>', 'id of the case, such as RE-4F7K2M9Q1XYZ')
    .option('--json', 'print the case as JSON')
    .action((id: string, options: { json?: true }) => explain(io, id.trim().toUpperCase(), options))
}

async function explain(io: CliIo, id: string, options: { json?: true }): Promise<void> {
  const found = await withRecords(io, (records) => records.getCase(id))
  if (found === null) {
    throw new CommandFailed([`There is no case ${id}. Case ids begin with RE- and are listed at /api/cases.`])
  }
  if (options.json) io.out(JSON.stringify(found, null, 2))
  else for (const line of explainCase(found)) io.out(line)
}
