/** `token`: makes, lists and ends API tokens and sessions of the running service. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { MAX_TOKEN_DAYS, TOKEN_NAME } from '../api/access.ts'
import { OPERATOR_ROLES } from '../domain/vocabulary.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type OpsClient, openService } from './records.ts'

export function addTokenCommand(program: Command, io: CliIo): void {
  const token = program.command('token').description('API tokens and sessions of the running service.')
  token
    .command('create')
    .description('Make an API token and print it. It is not shown again.')
    .addArgument(
      new Argument('<name>', 'the script or system that will use it; the ledger names it').argParser(tokenName)
    )
    .addOption(new Option('--role <role>', 'what it may do').choices(OPERATOR_ROLES).default('viewer'))
    .addOption(
      new Option('--days <days>', `days until it expires, ${MAX_TOKEN_DAYS} at most`).argParser(tokenDays).default(90)
    )
    .option('--dry-run', 'only print what would be made')
    .action(async (name: string, { role, days, dryRun }: { role: string; days: number; dryRun?: true }) => {
      if (dryRun) return io.out(`Would make an API token ${name} with the role ${role} for ${days} days.`)
      const made = await call(io, (service) => service.ask('/api/credentials', { name, role, days }))
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
    .option('--dry-run', 'only print what would be ended')
    .action(async (id: string, { dryRun }: { dryRun?: true }) => {
      if (dryRun) return io.out(`Would end ${await nameOf(io, id)}.`)
      await call(io, (service) => service.ask(`/api/credentials/${encodeURIComponent(id)}/end`, {}))
      io.out(`Ended ${id}.`)
    })
}

function tokenName(text: string): string {
  if (new RegExp(TOKEN_NAME).test(text)) return text
  throw new InvalidArgumentError('Use up to 60 letters, digits, dots, hyphens and underscores.')
}

function tokenDays(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= MAX_TOKEN_DAYS) return Number(text)
  throw new InvalidArgumentError(`Write a number of days from 1 to ${MAX_TOKEN_DAYS}.`)
}

/** The token or session, looked up so that a dry run fails where the command would. */
async function nameOf(io: CliIo, id: string): Promise<string> {
  const body = await call(io, (service) => service.ask('/api/credentials'))
  const { credentials } = body as { readonly credentials: readonly { readonly id: string; readonly name: string }[] }
  const found = credentials.find((credential) => credential.id === id)
  if (found) return `${found.name} (${id})`
  throw new CommandFailed(['There is no such token or session; see `reenroll token list`.'])
}

async function call(io: CliIo, ask: (service: OpsClient) => ReturnType<OpsClient['ask']>): Promise<unknown> {
  const service = await openService(io)
  const answer = await ask(service)
  if (answer === null) throw new CommandFailed([`No service runs at ${service.url}; start it, then try again.`])
  if (!answer.found) throw new CommandFailed(['There is no such token or session; see `reenroll token list`.'])
  return answer.body
}
