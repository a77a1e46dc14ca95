/** The command line of `sandbox`; what it does is in `sandbox.ts`. */
import closeWithGrace from 'close-with-grace'
import type { Command } from 'commander'
import { systemClock } from '../time.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { runSandbox } from './sandbox.ts'

export function addSandboxCommand(program: Command, io: CliIo): void {
  program
    .command('sandbox')
    .description('Run the simulated Okta org alone, with people in trouble, and print the settings that reach it.')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for a free one', '4000')
    .action(async ({ host, port }: { host: string; port: string }) => {
      if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
        throw new CommandFailed([`--port is ${port}, which is no port. Write a number from 0 to 65535.`])
      }
      const stdout = { write: (text: string) => io.out(text.trimEnd()) }
      const sandbox = await runSandbox({ host, port: Number(port), clock: systemClock, stdout })
      closeWithGrace({ delay: 5_000, logger: false }, () => sandbox.close())
    })
}
