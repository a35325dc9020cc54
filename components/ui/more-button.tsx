import { Button, type ButtonLook } from './button.tsx';

/** Reads the next page of a list; `busy` while it comes. Shown where there is one. */
export function MoreButton({
  of,
  look = 'default',
  children,
}: {
  of: { isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  look?: ButtonLook;
  children: string;
}) {
  return (
    <Button size="sm" look={look} busy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {children}
    </Button>
  );
}
