import t from 'tap'
import { findNothing } from './axe.ts'
import { NEEDS_CHROMIUM } from './chromium.ts'

// Seventeen pages at a few seconds each on a slow machine.
t.setTimeout(300_000)

t.test('axe finds nothing on any page, dark', NEEDS_CHROMIUM, (t) => findNothing(t, 'dark'))
