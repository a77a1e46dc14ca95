import t from 'tap'
import { openMemory } from '../../src/store/memory.ts'
import { storeContract } from '../contract/store.ts'

await storeContract(t, 'memory', async () => openMemory())
