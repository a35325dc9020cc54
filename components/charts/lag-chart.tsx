'use client';
import { useState } from 'react';
import { measures } from './lag-measures.ts';
import { LagPanel, type PanelProps, plotLeft, plotRight } from './lag-panel.tsx';
import { MarkerRail } from './marker-rail.tsx';

/**
 * Two charts over one time axis, what happened marked on both; drag over either to zoom. The same numbers stand in the table view, the marks in the list
 * below, and the buttons above do by keyboard what dragging does.
 */
export function LagChart(props: Omit<PanelProps, 'pointed'>) {
  const [pointed, setPointed] = useState<number | null>(null);
  return (
    <figure aria-label="Lag and time lag over time; the same is under As table">
      <div style={{ paddingLeft: plotLeft, paddingRight: plotRight }}>
        <MarkerRail spots={props.spots} now={props.now} onPoint={setPointed} />
      </div>
      {measures.map((measure, index) => (
        <LagPanel
          key={measure.key}
          measure={measure}
          showTime={index === measures.length - 1}
          pointed={pointed}
          {...props}
        />
      ))}
    </figure>
  );
}
