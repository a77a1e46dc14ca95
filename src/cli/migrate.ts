/** `migrate`: migrates the store's schema, as every start does, without starting anything. */
import type { Command } from 'commander'
import { readStoreSettings } from '../config/settings/settings.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { openStoreFor } from './load.ts'

export function addMigrateCommand(program: Command, io: CliIo): void {
  program
    .command('migrate')
    .description('Create the store or migrate its schema. Stop the replicas of an older version first.')
    .option('--dry-run', 'only print what would be done')
    .action(async ({ dryRun }: { readonly dryRun?: true }) => {
      if (dryRun) return io.out(await plan(io))
      const store = await openStoreFor(io, undefined, { mayMake: true })
      await store.close()
      io.out('The store is up to date.')
    })
}

async function plan(io: CliIo): Promise<string> {
  const read = readStoreSettings(io.env)
  if (!read.ok) throw new CommandFailed(read.errors)
  const { pendingMigrationOf } = await import('../store/open.ts')
  const { from, to } = await pendingMigrationOf(read.access.storeUrl, read.access.storeAccess)
  if (from === to) return `The store is up to date (schema ${to}). Nothing would be changed.`
  if (from === 0) return `Would create the store with schema ${to}.`
  return `Would migrate the store from schema ${from} to ${to}. Make a backup first: deploy/backup.md.`
}
