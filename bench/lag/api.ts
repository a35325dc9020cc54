import type { TestDatabase } from '#fixtures/database.ts';
import type { LagWorld } from './world.ts';
export async function measureApi(_test: TestDatabase, _world: LagWorld, _q: unknown): Promise<void> {}
