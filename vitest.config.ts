import { defineConfig } from 'vitest/config';

const everywhere = ['**/node_modules/**', '**/.next*/**', '**/.sluice*/**', 'e2e/**'];

const faultTimeouts = { testTimeout: 360_000, hookTimeout: 240_000 } as const;

// One place for what runs where: unit tests stand beside their file, integration tests need the broker and the database
// that scripts/test.mjs starts, fault tests kill real processes.
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Pure tests share a process: starting one for each file took longer than the tests.
          isolate: false,
          maxWorkers: 2,
          testTimeout: 20_000,
          include: ['**/*.test.ts'],
          exclude: [...everywhere, '**/*.integration.test.ts', '**/*.fault.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          // Loading the product again for each file took an eighth of the time; what a test needs anew it makes anew.
          isolate: false,
          globalSetup: ['tests/fixtures/warm-java.ts', 'tests/fixtures/warm-broker.ts'],
          include: ['**/*.integration.test.ts'],
          exclude: everywhere,
          // Several JVMs and the shop run beside these on two cores: a limit here ends what hangs, it measures nothing.
          testTimeout: 180_000,
          hookTimeout: 400_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          globalSetup: ['tests/fixtures/warm-java.ts', 'tests/fixtures/warm-broker.ts'],
          include: ['tests/faults/*.fault.test.ts'],
          exclude: everywhere,
          // Above the bounds that the trials have themselves: one that is cut here goes on behind the next one, and fails that too.
          ...faultTimeouts,
          // Each has a broker, a database or at least topics of its own, and judges by outcome and not by time: they mostly wait.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'timed-faults',
          globalSetup: ['tests/fixtures/warm-java.ts', 'tests/fixtures/warm-broker.ts'],
          include: ['**/*.fault.test.ts'],
          exclude: [...everywhere, 'tests/faults/**'],
          ...faultTimeouts,
          // What is promised within so many seconds has the machine to itself.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
