import { afterAll, beforeAll } from 'vitest';
import { groupsWorld } from '#fixtures/groups-world.ts';
import { clientsJvm } from '#fixtures/java-programs.ts';
import { testCluster } from '#fixtures/kafka.ts';
import { groupOffsetsContract } from '../contract/group-offsets-contract.ts';
import { groupTypesContract } from '../contract/group-types-contract.ts';
import { connectCluster } from './connect.ts';

const connection = connectCluster(testCluster());
// The first run on a machine resolves and compiles the clients: not within the time of a test.
beforeAll(() => clientsJvm(), 400_000);
afterAll(() => connection.close());

const world = groupsWorld(() => connection.groups);
groupOffsetsContract(world);
groupTypesContract(world);
