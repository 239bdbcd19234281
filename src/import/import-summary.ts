import type { Warning } from '../postback/pipeline/warning';

/** Unknown fields that are reported by name. */
const MAX_UNKNOWN = 20;

/** Counts the results of the rows so far. */
export class ImportSummary {
  rows = 0;
  created = 0;
  duplicate = 0;
  ignored = 0;
  refused = 0;
  private readonly warnings = new Map<Warning['code'], number>();
  private readonly unknownFields = new Set<string>();

  addWarnings(warnings: readonly Warning[]): void {
    for (const { code, field } of warnings) {
      // An unknown column is unknown in every row: report its name once.
      if (code === 'unknown_field') {
        if (this.unknownFields.size < MAX_UNKNOWN) {
          this.unknownFields.add(field);
        }
      } else this.warnings.set(code, (this.warnings.get(code) ?? 0) + 1);
    }
  }

  /** The summary as text for people. */
  describe(seconds: number, refusedFile: string): string {
    const where = this.refused > 0 ? `, in ${refusedFile}` : '';
    const lines = [
      ['rows', format(this.rows)],
      ['created', format(this.created)],
      ['duplicate', format(this.duplicate)],
      ['ignored', format(this.ignored)],
      ['refused', format(this.refused) + where],
      ...this.describeWarnings().map((text) => ['warning', text]),
      [
        'time',
        `${seconds.toFixed(1)} s, ${format(this.rows / seconds)} rows/s`,
      ],
    ];
    return lines.map(([name, text]) => `${name.padEnd(10)} ${text}\n`).join('');
  }

  private describeWarnings(): string[] {
    const counts = [...this.warnings].map(
      ([code, count]) => `${code} ${format(count)}`,
    );
    // As JSON: a name may contain anything, even control characters that move the cursor of a terminal.
    const names = [...this.unknownFields].map((name) => JSON.stringify(name));
    return names.length > 0
      ? [...counts, `unknown_field ${names.join(', ')}: not stored`]
      : counts;
  }
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en');
}
