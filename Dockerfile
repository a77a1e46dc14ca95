# Node 24 of the base image runs the TypeScript sources as they are; there is no build step. deploy/supply-chain.md says how the
# digest is renewed.
FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Production packages only: the "node" package is a development dependency, so the image's own Node is used.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
# glibc gives every thread memory of its own to hand out, and takes little of it back; two such places are enough.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=2 \
    REENROLL_STORE_URL=sqlite:/app/data/reenroll.db
WORKDIR /app
RUN mkdir data && chown node:node data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY deploy/page-texts.json ./deploy/
# Compiles every module once, into the folder that src/app/process-setup.mjs names, so that a start need not: neither the time nor
# the compiler's 50 MiB. Also those that a start loads late; the thread of the store can be compiled here, not run.
RUN node --max-semi-space-size=8 --expose-gc --import ./src/app/process-setup.mjs --input-type=module -e "import { globSync } from 'node:fs'; import { resolve } from 'node:path'; for (const file of globSync('src/**/*.ts', { exclude: ['src/main.ts'] })) await import(resolve(file)).then((loaded) => loaded.importSdk?.(), () => {})"

# The rest of the file system may be mounted read-only.
VOLUME /app/data
USER node
# The hook, then the ops listener; the latter answers inside the container unless REENROLL_OPS_HOST is set.
EXPOSE 8080 9090

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.REENROLL_HOOK_PORT || 8080}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Node gets the signals itself: it drains on the first and ends on the second. As in `npm start`, young objects get 16 MiB
# instead of 128, which costs no speed, and the service may collect garbage on its own when it is idle.
CMD ["node", "--max-semi-space-size=8", "--expose-gc", "src/main.ts", "serve"]
