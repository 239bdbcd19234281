import type { Measurement } from './measurement';
import { median } from './statistics';

/** A part of the report. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What the rows come from, for the report in JSON. */
  readonly measurements: Record<string, readonly Measurement[]> | object;
}

/** What can be told of a subject, from all its rounds. */
export interface Column {
  readonly title: string;
  text(rounds: readonly Measurement[]): string;
}

export const wholeNumber = (value: number) =>
  Math.round(value).toLocaleString('en');
export const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

function medianOf(
  title: string,
  value: (measurement: Measurement) => number,
  format: (value: number) => string,
): Column {
  return {
    title,
    text: (rounds) => format(median(rounds.map((each) => value(each)))),
  };
}

const twoDecimals = (value: number) => value.toFixed(2);

export const COLUMNS = {
  rate: medianOf('req/s', (each) => each.requestsPerSecond, wholeNumber),
  postbacks: medianOf(
    'postbacks/s',
    (each) => each.postbacksPerSecond,
    wholeNumber,
  ),
  goodput: medianOf('200 in 2 s, /s', (each) => each.goodput, wholeNumber),
  beside: medianOf('beside, /s', (each) => each.besidePerSecond, twoDecimals),
  p50: medianOf('p50 ms', ({ latency }) => latency.p50, twoDecimals),
  p95: medianOf('p95 ms', ({ latency }) => latency.p95, twoDecimals),
  p99: medianOf('p99 ms', ({ latency }) => latency.p99, twoDecimals),
  max: medianOf('max ms', ({ latency }) => latency.max, twoDecimals),
  sentLate: medianOf('sent late p99 ms', (each) => each.sentLate, twoDecimals),
  serverCpu: medianOf('CPU µs', (each) => each.serverCpu, wholeNumber),
  databaseCpu: medianOf(
    'PostgreSQL CPU µs',
    (each) => each.databaseCpu,
    wholeNumber,
  ),
  generatorCpu: medianOf(
    'generator CPU µs',
    (each) => each.generatorCpu,
    wholeNumber,
  ),
  resident: medianOf('resident MB', (each) => each.resident, megabytes),
};

/** Of a value, each round's ratio to a reference in the same round: their median, least and greatest. */
export function ratioColumn(
  title: string,
  reference: readonly Measurement[],
  value: (measurement: Measurement) => number,
): Column {
  return {
    title,
    text: (rounds) => {
      const ratios = rounds.map(
        (each, round) => value(each) / value(reference[round]),
      );
      const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
      return `${median(ratios).toFixed(2)} (${spread})`;
    },
  };
}

/** A row for each subject. */
export function compare(
  title: string,
  measured: ReadonlyMap<string, Measurement[]>,
  columns: readonly Column[],
): Table {
  return {
    title,
    columns: ['', ...columns.map((column) => column.title)],
    rows: [...measured].map(([name, rounds]) => [
      name,
      ...columns.map((column) => column.text(rounds)),
    ]),
    measurements: Object.fromEntries(measured),
  };
}
