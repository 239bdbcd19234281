import type { Warning } from '../postback/pipeline/warning';

/** Names of unknown fields that are worth telling. */
const MAX_UNKNOWN = 20;

/** What became of the rows so far. */
export class Tally {
  rows = 0;
  created = 0;
  duplicate = 0;
  ignored = 0;
  refused = 0;
  private readonly warnings = new Map<Warning['code'], number>();
  private readonly unknown = new Set<string>();

  warn(warnings: readonly Warning[]): void {
    for (const { code, field } of warnings) {
      // The same in each row: told once, by name.
      if (code === 'unknown_field') {
        if (this.unknown.size < MAX_UNKNOWN) this.unknown.add(field);
      } else this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
    }
  }

  /** For people to read. */
  describe(seconds: number, refusedFile: string): string {
    const where = this.refused > 0 ? `, in ${refusedFile}` : '';
    const lines = [
      ['rows', count(this.rows)],
      ['created', count(this.created)],
      ['duplicate', count(this.duplicate)],
      ['ignored', count(this.ignored)],
      ['refused', count(this.refused) + where],
      ...this.describeWarnings().map((text) => ['warning', text]),
      ['time', `${seconds.toFixed(1)} s, ${count(this.rows / seconds)} rows/s`],
    ];
    return lines.map(([name, text]) => `${name.padEnd(10)} ${text}\n`).join('');
  }

  private describeWarnings(): string[] {
    const told = [...this.warnings].map(
      ([code, times]) => `${code} ${count(times)}`,
    );
    // As JSON: a name may hold anything, also what moves a terminal's cursor.
    const names = [...this.unknown].map((name) => JSON.stringify(name));
    return names.length > 0
      ? [...told, `unknown_field ${names.join(', ')}: not stored`]
      : told;
  }
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
