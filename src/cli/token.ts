/** `token`: makes, lists and ends API tokens and sessions of the running service. */
import { type Command, Option } from 'commander'
import { type CliIo, CommandFailed } from './io.ts'
import { type OpsClient, openService } from './records.ts'

export function addTokenCommand(program: Command, io: CliIo): void {
  const token = program.command('token').description('API tokens and sessions of the running service.')
  token
    .command('create')
    .description('Make an API token and print it. It is not shown again.')
    .argument('<name>', 'the script or system that will use it; the ledger names it')
    .addOption(new Option('--role <role>', 'what it may do').choices(['viewer', 'approver']).default('viewer'))
    .option('--days <days>', 'days until it expires, 365 at most', '90')
    .action(async (name: string, { role, days }: { role: string; days: string }) => {
      const made = await call(io, (service) => service.ask('/api/credentials', { name, role, days: Number(days) }))
      io.out((made as { token: string }).token)
    })
  token
    .command('list')
    .description('List API tokens and sessions, as JSON, the newest first.')
    .action(async () => io.out(JSON.stringify(await call(io, (service) => service.ask('/api/credentials')), null, 2)))
  token
    .command('end')
    .description('End an API token or a session at once.')
    .argument('<id>', 'its id, as in `token list`')
    .action(async (id: string) => {
      await call(io, (service) => service.ask(`/api/credentials/${encodeURIComponent(id)}/end`, {}))
      io.out(`Ended ${id}.`)
    })
}

async function call(io: CliIo, ask: (service: OpsClient) => ReturnType<OpsClient['ask']>): Promise<unknown> {
  const service = openService(io)
  const answer = await ask(service)
  if (answer === null) throw new CommandFailed([`No service runs at ${service.url}; start it, then try again.`])
  if (!answer.found) throw new CommandFailed(['There is no such token or session; see `reenroll token list`.'])
  return answer.body
}
