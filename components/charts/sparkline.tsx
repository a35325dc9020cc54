import { sparkPaths } from './spark-paths.ts';

/** A line over time, as small as a word. Gaps stay gaps; a lone point is a dot. Its label says in words what it shows. */
export function Sparkline({
  points,
  label,
  width = 96,
  height = 20,
  className = 'text-muted',
}: {
  points: readonly (readonly [string, number | string | null])[];
  label: string;
  width?: number;
  height?: number;
  className?: string;
}) {
  const { line, dots } = sparkPaths(points, width, height);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={`inline-block align-middle ${className}`}
    >
      <title>{label}</title>
      <path d={`M0 ${height - 0.5}H${width}`} stroke="var(--line)" />
      <path d={line} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />
      {dots.map(([x, y]) => (
        <circle key={x} cx={x} cy={y} r="1.5" fill="currentColor" />
      ))}
    </svg>
  );
}
