/** Which page of a list to return. */
export interface PageRequest {
  /** Items of the page, 1 or more. */
  readonly limit: number;
  /** `next_cursor` of the previous page; absent for the first page. */
  readonly cursor?: string;
}

/** A page of a list of items. */
export interface Page<Item> {
  readonly data: readonly Item[];
  /** Leads to the next page; null on the last one. */
  readonly next_cursor: string | null;
}

/** The same page with each item converted. */
export function mapPage<From, To>(
  { data, next_cursor }: Page<From>,
  convert: (item: From) => To,
): Page<To> {
  return { data: data.map((item) => convert(item)), next_cursor };
}
