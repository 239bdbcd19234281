import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { PostgresServer } from './postgres-server';
import { expect } from './verdict';

/** The ids that were answered with 200, on a file of the harness: outside of what is tried. */
export class Ledger {
  readonly acknowledged = new Set<string>();
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  write(id: string): void {
    this.acknowledged.add(id);
    writeSync(this.file, `${id}\n`);
  }

  close(): void {
    fsyncSync(this.file);
    closeSync(this.file);
  }

  /** How many acknowledged ids a database lacks, how many it has more than once, and whether it has counted them. */
  async compare(database: PostgresServer): Promise<Comparison> {
    const rows = await database.query<{ id: string; copies: number }>(
      'select id, count(*)::int as copies from install where id is not null group by id',
    );
    const stored = new Set(rows.map(({ id }) => id));
    const [{ miscounted }] = await database.query<{ miscounted: number }>(
      `select abs((select count(*) from install)
                - (select coalesce(sum(count), 0) from postback_count where kind = 'created'))::int as miscounted`,
    );
    return {
      acknowledged: this.acknowledged.size,
      stored: stored.size,
      lost: [...this.acknowledged].filter((id) => !stored.has(id)).length,
      twice: rows.filter(({ copies }) => copies > 1).length,
      miscounted,
    };
  }

  /** Throws when something acknowledged is missing, stored twice, or not counted. */
  async verify(database: PostgresServer): Promise<Comparison> {
    const comparison = await this.compare(database);
    const { lost, twice, acknowledged, miscounted } = comparison;
    expect(lost === 0, `${lost} of ${acknowledged} acknowledged are lost`);
    expect(twice === 0, `${twice} are stored more than once`);
    expect(miscounted === 0, `Rows and counts differ by ${miscounted}`);
    return comparison;
  }
}

export interface Comparison {
  readonly [name: string]: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly twice: number;
  /** By so many the counts of installs differ from their rows. */
  readonly miscounted: number;
}
