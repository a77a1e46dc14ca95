/** What goes into the image: from the lock file only, under licences that allow it. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { imagePackages } from './licences.ts'
import { DEPLOY } from './rules-files.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, DEPLOY), 'utf8')

const PERMISSIVE = [
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
  'Zlib'
]

/** Under MPL-2.0, which asks for changes to their own files to be published; we use them unchanged, through Okta's SDK. */
const MPL = ['eckles', 'rasha']

t.test('every package of the image has a permissive licence', async (t) => {
  const packages = imagePackages()
  t.ok(packages.some(({ name }) => name === 'fastify'))
  t.notOk(
    packages.some(({ name }) => name === 'tap'),
    'tests are not in the image'
  )
  for (const { name, version, licence } of packages) {
    if (MPL.includes(name) && licence === 'MPL-2.0') continue
    const choices = licence.replaceAll(/[()]/g, '').split(' OR ')
    t.ok(
      choices.some((choice) => choice.split(' AND ').every((one) => PERMISSIVE.includes(one.trim()))),
      `${name}@${version}: ${licence}`
    )
  }
})

t.test('every package of the image has its checksum in the lock file', async (t) => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean; readonly integrity?: string }>>
  }
  for (const [path, { dev, integrity }] of Object.entries(packages)) {
    if (path !== '' && !dev) t.match(integrity, /^sha512-/, path)
  }
})

t.test('the image is built from the lock file, without install scripts, and runs as nobody special', async (t) => {
  const dockerfile = read('Dockerfile')
  t.match(dockerfile, /^RUN npm ci --omit=dev --ignore-scripts\b/m)
  t.match(dockerfile, /^USER node$/m)
  t.notMatch(dockerfile, /npm install\b|:latest\b|^ADD /m)
})

t.test('every image that others publish is named by version and digest', async (t) => {
  const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image)
  t.equal(bases.length, 2)
  t.equal(new Set(bases).size, 1, 'packages are installed on the base they run on')
  const run = [...read('deploy/compose.yaml').matchAll(/^ +image: (\S+)/gm)].map(([, image = '']) => image)
  t.equal(run.length, 4)
  for (const image of [...bases, ...run]) t.match(image, /^[a-z/]+:v?\d+(\.\d+)+(-[a-z-]+)?@sha256:[0-9a-f]{64}$/)
  t.match(JSON.parse(read('renovate.json')), { extends: ['config:recommended', 'docker:pinDigests'] }, 'and renewed')
})

t.test(
  'the image starts under the flags it was compiled with, as npm start does: otherwise everything is compiled again',
  async (t) => {
    const dockerfile = read('Dockerfile')
    const [, command = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? []
    const [, compiled = ''] = /^RUN node (--.+) --import \.\/src\/app\/process-setup\.mjs /m.exec(dockerfile) ?? []
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }
    t.strictSame(JSON.parse(command), ['node', ...compiled.split(' '), 'src/main.ts', 'serve'])
    const [arenas] = /MALLOC_ARENA_MAX=\d/.exec(dockerfile) ?? []
    t.equal(scripts.start, `${arenas} exec node ${compiled} src/main.ts serve`)
  }
)
