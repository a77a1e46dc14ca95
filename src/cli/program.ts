/** All commands. The module of a command is loaded only when it is named, so that errors in the settings show at once. */
import { Command } from 'commander'
import { ownVersion } from '../config/version.ts'
import type { CliIo } from './io.ts'

type AddCommand = (program: Command, io: CliIo) => void

/** In the order in which `--help` lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  init: async () => (await import('./init.ts')).addInitCommand,
  serve: async () => (await import('./serve.ts')).addServeCommand,
  demo: async () => (await import('./demo.ts')).addDemoCommand,
  sandbox: async () => (await import('./sandbox.ts')).addSandboxCommand,
  register: async () => (await import('./register.ts')).addRegisterCommand,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
  discover: async () => (await import('./discover.ts')).addDiscoverCommand,
  backtest: async () => (await import('./backtest.ts')).addBacktestCommand,
  guards: async () => (await import('./guards.ts')).addGuardsCommand,
  rollout: async () => (await import('./rollout.ts')).addRolloutCommand,
  policy: async () => (await import('./policy.ts')).addPolicyCommand,
  explain: async () => (await import('./explain.ts')).addExplainCommand,
  audit: async () => (await import('./audit.ts')).addAuditCommand,
  'support-bundle': async () => (await import('./support-bundle.ts')).addSupportBundleCommand,
  migrate: async () => (await import('./migrate.ts')).addMigrateCommand,
  copy: async () => (await import('./copy.ts')).addCopyCommand,
  tickets: async () => (await import('./tickets.ts')).addTicketsCommand,
  token: async () => (await import('./token.ts')).addTokenCommand,
  person: async () => (await import('./person.ts')).addPersonCommand
}

export const COMMAND_NAMES = Object.keys(COMMANDS)

/** The program with the command that `args` name, or with all of them when they name none. */
export async function createProgram(io: CliIo, args: readonly string[]): Promise<Command> {
  const program = new Command('reenroll')
    .description('Gets people back into Okta Verify.')
    .usage('<command> [options]')
    .version(ownVersion(), '--version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .showHelpAfterError('(add --help for the options)')
  const asked = args[0] === 'help' ? args[1] : args[0]
  const named = COMMAND_NAMES.filter((name) => name === asked)
  for (const name of named.length > 0 ? named : COMMAND_NAMES) {
    const add = await COMMANDS[name]?.()
    add?.(program, io)
  }
  return program
}
