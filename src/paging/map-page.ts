import type { Page } from './page.dto';

/** The same page of other items. */
export function mapPage<From, To>(
  { data, next_cursor }: Page<From>,
  map: (item: From) => To,
): Page<To> {
  return { data: data.map((item) => map(item)), next_cursor };
}
