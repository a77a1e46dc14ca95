/** `copy`: moves a SQLite store to PostgreSQL. */
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { type CliIo, CommandFailed, createProgress } from './io.ts'

export function addCopyCommand(program: Command, io: CliIo): void {
  program
    .command('copy')
    .description(
      'Copy a SQLite store to PostgreSQL, checked row by row. Stop the service first. An interrupted copy resumes where it stopped.'
    )
    .requiredOption('--from <url>', 'sqlite:<path>')
    .requiredOption('--to <url>', 'postgres://…, an empty database')
    .option('--dry-run', 'only count what would be copied')
    .option('--json', 'print the result as JSON')
    .action((options: CopyOptions) => copy(io, options))
}

interface CopyOptions {
  readonly from: string
  readonly to: string
  readonly dryRun?: true
  readonly json?: true
}

async function copy(io: CliIo, options: CopyOptions): Promise<void> {
  const path = /^sqlite:(.+)$/s.exec(options.from)?.[1]
  if (path === undefined) throw new CommandFailed(['--from: not a SQLite store; write sqlite:<path of the file>.'])
  if (!existsSync(path)) throw new CommandFailed([`--from: there is no file at ${path}; check the path.`])
  if (!/^postgres(ql)?:\/\//.test(options.to)) {
    throw new CommandFailed(['--to: not a PostgreSQL store; write postgres://user:password@host:5432/database.'])
  }
  const progress = createProgress(io)
  const { copyStore } = await import('../store/migrate-engine.ts')
  const { rows } = await copyStore({
    from: path,
    to: withSslMode(options.to, io.env.REENROLL_STORE_SSLMODE?.trim()),
    passwordCommand: io.env.REENROLL_STORE_PASSWORD_COMMAND?.trim() || null,
    tls: { sslRootCert: io.env.REENROLL_STORE_SSLROOTCERT?.trim() || null },
    onProgress: progress.show,
    dryRun: options.dryRun === true
  })
  if (options.json) io.out(JSON.stringify({ rows }, null, 2))
  else {
    const all = Object.entries(rows).map(([table, n]) => `${n} ${table}`)
    if (options.dryRun) return io.out(`Would copy ${all.join(', ')}. Nothing was changed.`)
    io.out(`Copied and compared row by row: ${all.join(', ')}.`)
    io.out(
      'Set REENROLL_STORE_URL to the new store and start the service; keep the old file until the new store has proved itself.'
    )
  }
}

/** The setting as the URL would say it; the store refuses what it does not know. */
function withSslMode(to: string, mode: string | undefined): string {
  if (!mode || !URL.canParse(to)) return to
  const url = new URL(to)
  url.searchParams.set('sslmode', mode)
  return url.toString()
}
