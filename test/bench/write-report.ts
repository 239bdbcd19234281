import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a report as JSON, with all that it holds, and as Markdown, named after its beginning. Returns the paths. */
export async function writeReport(
  directory: string,
  report: { readonly startedAt: Date },
  markdown: string,
): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const name = report.startedAt.toISOString().replaceAll(/[:.]/g, '-');
  const files = {
    [join(directory, `${name}.json`)]: `${JSON.stringify(report, null, 2)}\n`,
    [join(directory, `${name}.md`)]: markdown,
  };
  for (const [path, text] of Object.entries(files)) {
    await writeFile(path, text);
  }
  return Object.keys(files);
}
