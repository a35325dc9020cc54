import { defineConfig } from 'prisma/config';

// `prisma generate` asks for a schema engine that can't be downloaded everywhere and is not used by it (facts.md, Prisma 7).
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= '/bin/true';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://127.0.0.1:5432/sluice' },
});
