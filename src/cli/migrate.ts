/** `migrate`: brings the store's schema up to date, as every start does, without starting anything. */
import type { Command } from 'commander'
import type { CliIo } from './io.ts'
import { openStoreFor } from './load.ts'

export function addMigrateCommand(program: Command, io: CliIo): void {
  program
    .command('migrate')
    .description('Make the store or bring its schema up to date. Safe while replicas of the version before still run.')
    .action(async () => {
      const store = await openStoreFor(io, undefined, { mayMake: true })
      await store.close()
      io.out('The store is up to date.')
    })
}
