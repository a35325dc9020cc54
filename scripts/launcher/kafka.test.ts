import { expect, it } from 'vitest';
import { kafkaProperties, newClusterId } from './kafka.ts';
import { javaMajor } from './kafka-jars.ts';

it('listens on loopback only and creates no topic by itself', () => {
  const text = kafkaProperties({ kafka: 29_001, kafkaController: 29_002, data: '/d' });
  const listeners = /^listeners=(.*)$/m.exec(text)?.[1]?.split(',') ?? [];
  expect(listeners).toHaveLength(2);
  for (const listener of listeners) expect(listener).toMatch(/^\w+:\/\/127\.0\.0\.1:/);
  expect(text).toContain('auto.create.topics.enable=false\n');
});

it('makes cluster ids that no command line takes for an option', () => {
  const answers = [Buffer.alloc(16, 0xff).fill(0xf8, 0, 1), Buffer.alloc(16, 1)];
  expect(newClusterId(() => answers.shift() ?? Buffer.alloc(16))).toBe('AQEBAQEBAQEBAQEBAQEBAQ');
});

it.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_392"', 8],
  ['command not found', null],
])('javaMajor(%j) is %s', (said, major) => {
  expect(javaMajor(said)).toBe(major);
});
