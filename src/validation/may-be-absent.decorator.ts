import { ValidateIf } from 'class-validator';

/** Skips the other rules of a property that was not sent. Unlike `@IsOptional()`, it does not skip them for null. */
export const MayBeAbsent = () =>
  ValidateIf((_: object, value: unknown) => value !== undefined);
