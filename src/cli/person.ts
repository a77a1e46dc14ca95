/** `person export` and `person erase`: everything kept about one user, beside a running service or without one. */
import { type Command, Option } from 'commander'
import { type CliIo, CommandFailed } from './io.ts'
import { byOption, userArgument } from './options.ts'
import { withRecords } from './records.ts'

export function addPersonCommand(program: Command, io: CliIo): void {
  const person = program.command('person').description('Export or erase the personal data of one user.')
  person
    .command('export')
    .description('Print everything kept about a user as JSON.')
    .addArgument(userArgument())
    .action((user: string) =>
      withRecords(io, async ({ people }) => io.out(JSON.stringify(await people.export(user), null, 2)))
    )
  person
    .command('erase')
    .description('Close and erase everything kept about a user. The ledger stays intact: it names cases, not people.')
    .addArgument(userArgument())
    .addOption(byOption('who erases; recorded in the ledger'))
    .addOption(new Option('--yes', 'erase; without this, only list what would be erased').conflicts('dryRun'))
    .option('--dry-run', 'only list what would be erased')
    .action((user: string, options: EraseFlags) => erasePerson(io, user, options))
}

interface EraseFlags {
  readonly by: string
  readonly yes?: true
}

async function erasePerson(io: CliIo, user: string, { by, yes }: EraseFlags): Promise<void> {
  const erased = await withRecords(io, ({ people }) =>
    yes ? people.erase(user, { id: 'command-line', name: by, role: 'approver', provider: null }) : people.count(user)
  )
  if ('refused' in erased) throw new CommandFailed([erased.refused])
  const { cases, deliveries, mentions, identifiers, shared, tickets } = erased
  const what = `${cases} cases, parts of ${deliveries} deliveries, and mentions in ${mentions} records of others`
  io.out(yes ? `Erased ${what}.` : `Would erase ${what}. Nothing was changed; add --yes to do it.`)
  if (identifiers.length > 0) io.out(`Found by: ${identifiers.join(', ')}`)
  if (shared.length > 0) io.out(`Somebody else has these too, so they stay: ${shared.join(', ')}`)
  if (tickets.length > 0) io.out(`Erase these tickets in their own systems:\n${tickets.join('\n')}`)
}
