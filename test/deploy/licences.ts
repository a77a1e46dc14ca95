/** Licences of the packages in the image, from the lock file. `npm run licences` regenerates the list. */
import { readFileSync, writeFileSync } from 'node:fs'
import { DEPLOY } from './rules-files.ts'

export interface Package {
  readonly name: string
  readonly version: string
  readonly licence: string
}

interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
}

const LOCK = new URL('../package-lock.json', DEPLOY)

/** Packages that go into the image, each version once, by name. */
export function imagePackages(): readonly Package[] {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8')) as { packages: Readonly<Record<string, Locked>> }
  const rows = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version = '', license = 'unknown' }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return [`${name}@${version}`, { name, version, licence: license }] as const
    })
  return [...new Map(rows).values()].sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
}

function listing(): string {
  const rows = imagePackages().map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`)
  return [
    '# Licences of the packages in the image',
    '',
    'Written by `npm run licences` from `package-lock.json`. Their texts are in the packages themselves.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...rows,
    ''
  ].join('\n')
}

if (import.meta.main) writeFileSync(new URL('licences.md', DEPLOY), listing())
