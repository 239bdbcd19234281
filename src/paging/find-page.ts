import { readTime, readUuid } from '@app/reading';
import {
  Cursor,
  type EntityManager,
  type EntityName,
  type FilterQuery,
} from '@mikro-orm/postgresql';
import { InvalidCursorError } from './invalid-cursor.error';
import type { Page, PageRequest } from './page';

/** Of PostgreSQL's `integer`. */
const MAX_INTEGER = 2_147_483_647;

const READERS = {
  time: readTime,
  uuid: readUuid,
  integer: (text: string) =>
    /^[0-9]{1,10}$/.test(text) && Number(text) <= MAX_INTEGER
      ? Number(text)
      : undefined,
};

/** The columns that a list is sorted by, and how they are read from a cursor. Together they identify a row. */
export type SortColumns<Row> = Partial<
  Record<keyof Row & string, keyof typeof READERS>
>;

interface List<Row> {
  readonly where: FilterQuery<NoInfer<Row>>;
  readonly sortBy: SortColumns<Row>;
  readonly direction: 'asc' | 'desc';
  /** The columns to read; all by default. */
  readonly fields?: readonly (keyof Row & string)[];
}

/** One page of a list, stable while rows are being added. Throws {@link InvalidCursorError}. */
export async function findPage<Row extends object>(
  em: EntityManager,
  entity: EntityName<Row>,
  { where, sortBy, direction, fields }: List<Row>,
  { limit, cursor }: PageRequest,
): Promise<Page<Row>> {
  const page = await em.findByCursor(entity, {
    where,
    orderBy: Object.keys(sortBy).map((column) => ({
      [column]: direction,
    })),
    first: limit,
    after: cursor === undefined ? undefined : (decode(cursor, sortBy) as never),
    includeCount: false,
    ...(fields && { fields: fields as never }),
  });
  return {
    data: page.items,
    next_cursor: page.hasNextPage ? page.endCursor : null,
  };
}

function decode<Row>(cursor: string, sortBy: SortColumns<Row>) {
  const columns = Object.entries(sortBy) as [string, keyof typeof READERS][];
  const values = decodeList(cursor);
  const position = Object.fromEntries(
    columns.map(([column, kind], i) => [column, read(kind, values[i])]),
  );
  if (
    values.length !== columns.length ||
    Object.values(position).includes(undefined)
  ) {
    throw new InvalidCursorError();
  }
  return position;
}

function read(kind: keyof typeof READERS, value: unknown) {
  return typeof value === 'string' || typeof value === 'number'
    ? READERS[kind](String(value))
    : undefined;
}

function decodeList(cursor: string): unknown[] {
  try {
    const decoded: unknown = Cursor.decode(cursor);
    return Array.isArray(decoded) ? decoded : [];
  } catch {
    return [];
  }
}
