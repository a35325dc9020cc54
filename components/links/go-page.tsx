import { paths } from '#lib/client/paths.ts';
import { Link } from '../ui/link.tsx';
import { PageHeader } from '../ui/section.tsx';

type Choice = { name: string; href: string };
type Props =
  | { problems: readonly string[] }
  | {
      target:
        | { kind: 'missing'; what: string }
        | { kind: 'ambiguous'; what: string; choices: readonly Choice[] };
    };

const again = (
  <ul className="flex flex-wrap gap-x-4 pt-4">
    {[
      ['Home', paths.home()],
      ['Lag', paths.lag()],
      ['Dead letters', paths.deadLetters()],
      ['Replays', paths.replays()],
      ['Flows', paths.flows()],
    ].map(([name, href]) => (
      <li key={name}>
        <Link href={href ?? '/'} className="link">
          {name}
        </Link>
      </li>
    ))}
  </ul>
);

/** Where a link of an alert leads when it can't lead on: to nothing that is there, to several, or its parameters say nothing clear. */
export function GoPage(props: Props) {
  if ('problems' in props)
    return (
      <>
        <PageHeader title="This link can’t be read" lead="Where it was made, correct this:" />
        <ul className="list-disc pl-5">
          {props.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
        {again}
      </>
    );
  const { target } = props;
  if (target.kind === 'missing')
    return (
      <>
        <PageHeader
          title="What this link names is not here"
          lead={
            <span className="[overflow-wrap:anywhere]">
              Sluice does not know {target.what}, or you may not read it.
            </span>
          }
        />
        <p className="max-w-[80ch] text-muted">
          It may have been deleted or renamed since the alert, or the alert names it as another tool does. A
          consumer group is known for as long as it has offsets or a flow declares it; a dead-letter topic
          once it is indexed.
        </p>
        {again}
      </>
    );
  return (
    <>
      <PageHeader
        title="This link could mean several things"
        lead={
          <span className="[overflow-wrap:anywhere]">There is more than one page for {target.what}.</span>
        }
      />
      <ul aria-label="What it could mean">
        {target.choices.map(({ name, href }) => (
          <li key={href} className="border-b border-line px-2 py-1.5 [overflow-wrap:anywhere]">
            <Link href={href} className="link">
              {name}
            </Link>
          </li>
        ))}
      </ul>
      {again}
    </>
  );
}
