/** The cursor of a list is not one that the list has returned. */
export class InvalidCursorError extends Error {
  override readonly message =
    'cursor must be the next_cursor of the previous page';
}
