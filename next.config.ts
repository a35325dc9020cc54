import type { NextConfig } from 'next';

const config: NextConfig = {
  distDir: process.env.SLUICE_DIST_DIR || '.next',
  poweredByHeader: false,
  reactStrictMode: true,
  compress: true,
  // `npm test` checks the types (scripts/typecheck.mjs); a start need not check them again.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['kafkajs', '@platformatic/kafka', 'pg', '@prisma/client', '@prisma/adapter-pg'],
  images: { unoptimized: true },
  devIndicators: false,
};

export default config;
