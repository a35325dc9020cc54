import { afterAll } from 'vitest';
import { groupsWorld } from '#fixtures/groups-world.ts';
import { testBrokers } from '#fixtures/kafka.ts';
import { groupOffsetsContract } from '../contract/group-offsets-contract.ts';
import { groupTypesContract } from '../contract/group-types-contract.ts';
import { connectCluster } from './connect.ts';

const connection = connectCluster({
  name: 'main',
  bootstrapServers: testBrokers(),
  properties: {},
  writeProperties: {},
  schemaRegistry: null,
  readOnly: true,
});
afterAll(() => connection.close());

const world = groupsWorld(() => connection.groups);
groupOffsetsContract(world);
groupTypesContract(world);
