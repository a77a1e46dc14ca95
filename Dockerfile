# Node 24 of the base image runs the TypeScript sources as they are; there is no build step.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Production packages only: the "node" package is a development dependency, so the image's own Node is used.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    REENROLL_STORE_URL=sqlite:/app/data/reenroll.db
WORKDIR /app
RUN mkdir data && chown node:node data
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
# Compiles every module once, into the folder that src/main.mjs names, so that a start need not: also those that a start loads
# late, and those of the store's thread, which will not run outside of one.
RUN NODE_COMPILE_CACHE=node_modules/.cache/reenroll node -e "for (const file of fs.globSync('src/**/*.ts', { exclude: ['src/main.ts'] })) import('./' + file).then((loaded) => loaded.importSdk?.(), () => {})"

# The rest of the file system may be mounted read-only.
VOLUME /app/data
USER node
# The hook, then the ops listener; the latter answers inside the container unless REENROLL_OPS_HOST is set.
EXPOSE 8080 9090

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.REENROLL_HOOK_PORT || 8080}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Node gets the signals itself: it drains on the first and ends on the second.
CMD ["node", "src/main.ts", "serve"]
