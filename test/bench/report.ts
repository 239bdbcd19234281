import type { Machine } from './machine';
import type { Plan, SectionName } from './options';
import { megabytes, type Table } from './table';

export interface SectionReport {
  readonly name: SectionName;
  readonly seconds: number;
  readonly tables: readonly Table[];
  /** Why it could not be finished: wrong answers, mostly. */
  readonly failure?: string;
}

export interface Report {
  readonly startedAt: Date;
  readonly plan: Plan;
  readonly machine: Machine;
  readonly sections: readonly SectionReport[];
}

export function failuresOf({ sections }: Report): string[] {
  return sections.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`FAILED: ${name}: ${failure}`],
  );
}

export function toMarkdown(report: Report): string {
  const { startedAt, machine, plan, sections } = report;
  const { postgres } = machine;
  const blocks = [
    '# Benchmark',
    ...failuresOf(report).map((failure) => `**${failure}**`),
    tableOf(
      ['', ''],
      [
        ['when', startedAt.toISOString()],
        ['revision', machine.revision],
        ['CPU', `${machine.cpu}, ${machine.cores} cores`],
        ['memory', `${megabytes(machine.memory)} MB`],
        ['kernel', machine.kernel],
        ['Node.js', machine.node],
        [
          'PostgreSQL',
          `${postgres.server_version}, fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronous_commit}, ${postgres.wal_sync_method}, shared_buffers ${postgres.shared_buffers}`,
        ],
        ['8 KiB made durable in', `${machine.sync.toFixed(2)} ms`],
        ['load average before', machine.loadAverage.toFixed(2)],
        [
          'measurements',
          `${plan.rounds} rounds of ${plan.seconds} s, medians; ratios are of the same round, (least–greatest)`,
        ],
      ],
    ),
    'Servers, generator and PostgreSQL share the machine. CPU is for each request, all threads and processes. **Baseline**: Fastify, a JSON schema, one prepared INSERT a request. **Limit**: `node:http`, no validation, grouped inserts. All answer after the COMMIT, into the same table; every answer is checked.',
    ...sections
      .flatMap(({ tables }) => tables)
      .flatMap(({ title, columns, rows }) => [
        `## ${title}`,
        tableOf(columns, rows),
      ]),
    `Sections took ${sections.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ')}.`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A table in Markdown that is also one to look at. */
function tableOf(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map((_, i) =>
    Math.max(3, ...[columns, ...rows].map((row) => row[i].length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) =>
    i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
