import { describe, expect, it } from 'vitest';
import type { ClusterAdmin } from '../port/admin.ts';

/** The controller knows of a change before the brokers tell of it; how much before is the machine's affair. */
const told = { timeout: 60_000, interval: 50 };

export type AdminWorld = {
  admin: () => ClusterAdmin;
  newTopicName(): string;
  createTopic(name: string, partitions: number, configs: Record<string, string>): Promise<void>;
  deleteTopic(name: string): Promise<void>;
};

/** The contract of ClusterAdmin: every adapter passes it against a real broker. */
export function adminContract(world: AdminWorld): void {
  describe('cluster and topic metadata', () => {
    it('says which cluster, which brokers and which release', async () => {
      const cluster = await world.admin().describeCluster();
      expect(cluster.clusterId).toMatch(/^[\w-]{22}$/);
      expect(cluster.brokers.length).toBeGreaterThan(0);
      expect(cluster.brokers.map((each) => each.nodeId)).toContain(cluster.controller);
      expect(await world.admin().brokerVersion()).toMatch(/^\d+\.\d+$/);
    });

    it('describes a topic with its id; a recreated one has another id', async () => {
      const name = world.newTopicName();
      await world.createTopic(name, 3, {});
      const [first] = await world.admin().describeTopics([name]);
      expect(first).toMatchObject({ topic: name, internal: false });
      expect(first?.topicId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(first?.partitions.map((each) => each.partition)).toEqual([0, 1, 2]);
      expect(first?.partitions.every((each) => each.leader !== null && each.inSyncReplicas.length > 0)).toBe(
        true,
      );
      await world.deleteTopic(name);
      await expect.poll(async () => (await world.admin().describeTopics([name])).length, told).toBe(0);
      await world.createTopic(name, 1, {});
      const [second] = await world.admin().describeTopics([name]);
      expect(second?.topicId).not.toBe(first?.topicId);
    });

    it('leaves out a topic that is not there, and never creates it', async () => {
      const name = world.newTopicName();
      expect(await world.admin().describeTopics([name])).toEqual([]);
      expect(await world.admin().describeTopics([])).toEqual([]);
      expect((await world.admin().describeTopics()).some((each) => each.topic === name)).toBe(false);
      expect(await world.admin().topicConfigs([name])).toEqual(new Map());
    });

    it('tells that everything may be written where nothing authorizes, and nothing of a topic that is not there', async () => {
      const [there, missing] = [world.newTopicName(), world.newTopicName()];
      await world.createTopic(there, 1, {});
      expect(await world.admin().mayWrite([there, missing])).toEqual(new Map([[there, true]]));
      expect(await world.admin().mayWrite([])).toEqual(new Map());
    });

    it('reads configurations, and makes a topic of its own only once', async () => {
      const name = world.newTopicName();
      const wanted = {
        name,
        partitions: 2,
        replicationFactor: 1,
        configs: { 'retention.ms': '-1', 'cleanup.policy': 'compact' },
      };
      await Promise.all([world.admin().ensureTopic(wanted), world.admin().ensureTopic(wanted)]);
      await world.admin().ensureTopic({ ...wanted, partitions: 9 });
      const config = (await world.admin().topicConfigs([name])).get(name);
      expect(config?.get('retention.ms')).toBe('-1');
      expect(config?.get('cleanup.policy')).toBe('compact');
      expect((await world.admin().describeTopics([name]))[0]?.partitions).toHaveLength(2);
    });
  });
}
