/**
 * fast-check with one seed, so that a run of the suite repeats the one before: an input found by chance must not
 * fail somebody else's change. `PROPERTY_SEED=random` looks for new ones; `npm run fuzz` does so at every door.
 */
import { configureGlobal } from 'fast-check'

export { default as fc } from 'fast-check'

const seed = process.env.PROPERTY_SEED ?? '20260615'
if (seed !== 'random') configureGlobal({ seed: Number(seed) })
