import { paths } from '#lib/client/paths.ts';
import type { DeadLetterTopic } from '#lib/contract/dead-letter-topic.ts';
import { Link } from '../ui/link.tsx';

/** By which ways the topic was found besides its flow, which is named before. */
export function FoundBy({ topic }: { topic: DeadLetterTopic }) {
  const groups = topic.foundBy.filter((each) => each.by === 'share_group');
  const pattern = topic.foundBy.find((each) => each.by === 'pattern');
  const onlyByPattern = topic.foundBy.length === 1 && pattern;
  return (
    <>
      {topic.foundBy.some((each) => each.by === 'config') ? ' · named in the configuration' : ''}
      {groups.map(({ name }) => (
        <span key={name}>
          {' · named by share group '}
          <Link href={paths.group(topic.cluster, name)} className="link">
            {name}
          </Link>
        </span>
      ))}
      {onlyByPattern ? (
        <>
          {' · found by the pattern '}
          <code>{pattern.name}</code>
        </>
      ) : null}
    </>
  );
}
