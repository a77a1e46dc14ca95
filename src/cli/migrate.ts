/** `migrate`: migrates the store's schema, as every start does, without starting anything. */
import type { Command } from 'commander'
import type { CliIo } from './io.ts'
import { openStoreFor } from './load.ts'

export function addMigrateCommand(program: Command, io: CliIo): void {
  program
    .command('migrate')
    .description('Create the store or migrate its schema. Safe while replicas of the previous version still run.')
    .action(async () => {
      const store = await openStoreFor(io, undefined, { mayMake: true })
      await store.close()
      io.out('The store is up to date.')
    })
}
