import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresServer } from './postgres-server';

/** Those of the words that a text holds. */
export const wordsIn = (text: string | Buffer, words: readonly string[]) =>
  words.filter((word) => text.includes(word));

/** Those of the words that the bytes of any file below a directory hold. */
export async function wordsInFiles(
  directory: string,
  words: readonly string[],
): Promise<string[]> {
  const entries = await readdir(directory, {
    recursive: true,
    withFileTypes: true,
  });
  const found = new Set<string>();
  for (const entry of entries.filter((each) => each.isFile())) {
    // The server removes some of them as it likes.
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() =>
      Buffer.alloc(0),
    );
    for (const word of wordsIn(bytes, words)) found.add(word);
  }
  return [...found];
}

/** All rows of all tables of a database, as text. */
export async function dump(database: PostgresServer): Promise<string> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query<{ row: string }>(
      `select each::text as row from ${name} as each`,
    );
    texts.push(name, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
