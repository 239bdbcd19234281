import type { Figures } from './scenario';

/** What came of a scenario. */
export interface Outcome {
  readonly fault: string;
  readonly title: string;
  readonly result: 'passed' | 'FAILED' | 'SKIPPED';
  /** Why it was not passed. */
  readonly reason?: string;
  readonly figures?: Figures;
  readonly seconds: number;
}

export interface Report {
  readonly startedAt: Date;
  readonly full: boolean;
  readonly seed: number;
  readonly outcomes: readonly Outcome[];
}

export function toMarkdown({
  startedAt,
  full,
  seed,
  outcomes,
}: Report): string {
  const rows = outcomes.map(
    ({ fault, title, result, reason, figures, seconds }) =>
      `| ${fault} | ${title} | ${result} | ${reason?.split('\n')[0] ?? toText(figures)} | ${seconds.toFixed(0)} |`,
  );
  return [
    '# Fault tests',
    '',
    `${startedAt.toISOString()}, ${full ? 'full run' : 'short run'}, seed ${seed}`,
    '',
    '| fault | what is done | result | figures | seconds |',
    '| --- | --- | --- | --- | ---: |',
    ...rows,
    '',
  ].join('\n');
}

function toText(figures: Figures = {}): string {
  return Object.entries(figures)
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'number' ? Math.round(value).toLocaleString('en') : value}`,
    )
    .join(', ');
}
